"""People: list, registration, the person's page."""
