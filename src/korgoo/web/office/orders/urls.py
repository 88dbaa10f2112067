"""Addresses of orders and permits."""

from __future__ import annotations

from django.urls import path

from korgoo.web.office.orders import permits, together, views

urlpatterns = [
    path("people/<int:person_id>/orders/new/", views.draft, name="order-draft"),
    path("orders/<int:order_id>/", views.show_order, name="order"),
    path("orders/<int:order_id>/amend/", views.amend, name="order-amend"),
    path("orders/<int:order_id>/sign/", views.sign, name="order-sign"),
    path("orders/<int:order_id>/end/", views.end, name="order-end"),
    path("orders/<int:order_id>/permits/", permits.grant, name="permit-grant"),
    path("orders/<int:order_id>/together/", together.allow, name="together-allow"),
    path("together/<int:together_id>/revoke/", together.revoke, name="together-revoke"),
    path("permits/<int:permit_id>/revoke/", permits.revoke, name="permit-revoke"),
]
