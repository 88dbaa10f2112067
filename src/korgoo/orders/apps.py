"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The app `korgoo.orders`."""

    name = "korgoo.orders"
    label = "orders"
