"""The entry for the WSGI server that serves the pages."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "korgoo.conf.settings")

application = get_wsgi_application()
