"""Registers the app, which carries templates, static files and the catalogues."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The app `korgoo.web`."""

    name = "korgoo.web"
    label = "web"
