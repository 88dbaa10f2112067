"""The alert queue and the incident page."""
