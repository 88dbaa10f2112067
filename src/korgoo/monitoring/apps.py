"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """The app `korgoo.monitoring`."""

    name = "korgoo.monitoring"
    label = "monitoring"
