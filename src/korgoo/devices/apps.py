"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """The app `korgoo.devices`."""

    name = "korgoo.devices"
    label = "devices"
