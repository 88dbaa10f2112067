"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app `korgoo.people`."""

    name = "korgoo.people"
    label = "people"
