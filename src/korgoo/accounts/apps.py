"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app `korgoo.accounts`."""

    name = "korgoo.accounts"
    label = "accounts"
