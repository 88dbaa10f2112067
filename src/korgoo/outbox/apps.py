"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The app `korgoo.outbox`."""

    name = "korgoo.outbox"
    label = "outbox"
