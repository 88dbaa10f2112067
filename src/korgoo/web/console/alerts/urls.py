"""Addresses of the alert queue."""

from __future__ import annotations

from django.urls import path

from korgoo.web.console.alerts import explanation, incident, views

urlpatterns = [
    path("alerts/", views.show_alerts, name="alerts"),
    path("alerts/list/", views.show_alert_list, name="alert-list"),
    path("alerts/<int:alert_id>/take/", views.take_from_list, name="alert-take"),
    path("alerts/<int:alert_id>/", incident.show_alert, name="alert"),
    path("alerts/<int:alert_id>/changes/", incident.show_changes, name="alert-changes"),
    path("alerts/<int:alert_id>/explanation/", explanation.show_explanation, name="alert-explanation"),
    path("alerts/<int:alert_id>/acknowledge/", incident.acknowledge, name="alert-acknowledge"),
    path("alerts/<int:alert_id>/take-over/", incident.take_over, name="alert-take-over"),
    path("alerts/<int:alert_id>/verify/", incident.verify, name="alert-verify"),
    path("alerts/<int:alert_id>/note/", incident.write_note, name="alert-note"),
    path("alerts/<int:alert_id>/close/", incident.close, name="alert-close"),
]
