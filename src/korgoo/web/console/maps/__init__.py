"""Maps: everybody now, one person's day, the evidence of an alert, the picker of the order form."""
