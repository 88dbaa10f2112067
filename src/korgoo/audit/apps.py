"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The app `korgoo.audit`."""

    name = "korgoo.audit"
    label = "audit"
