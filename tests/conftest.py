"""What every test shares."""

from __future__ import annotations

from django.conf import settings

# The real key is made in the data directory at first use; tests leave no file behind.
settings.SECRET_KEY = "a key for tests only"
