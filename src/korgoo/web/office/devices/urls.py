"""Addresses of devices and assignments."""

from __future__ import annotations

from django.urls import path

from korgoo.web.office.devices import assignments, views

urlpatterns = [
    path("devices/", views.show_devices, name="devices"),
    path("devices/new/", views.register, name="device-register"),
    path("devices/issue/", views.issue, name="device-issue"),
    path("assignments/<int:assignment_id>/", assignments.show_assignment, name="assignment"),
    path("assignments/<int:assignment_id>/rotate/", assignments.rotate, name="assignment-rotate"),
    path("assignments/<int:assignment_id>/end/", assignments.end, name="assignment-end"),
    path("assignments/<int:assignment_id>/command/", assignments.command, name="assignment-command"),
    path("assignments/<int:assignment_id>/inspect/", assignments.inspect, name="assignment-inspect"),
]
