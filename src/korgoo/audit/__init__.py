"""The append-only, chained log of who did and who read what, and why."""
