"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """The app `korgoo.alerts`."""

    name = "korgoo.alerts"
    label = "alerts"
