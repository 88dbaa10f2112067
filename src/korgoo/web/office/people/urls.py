"""Addresses of people."""

from __future__ import annotations

from django.urls import path

from korgoo.web.office.people import views

urlpatterns = [
    path("people/", views.show_people, name="people"),
    path("people/new/", views.register, name="person-register"),
    path("people/<int:person_id>/", views.show_person, name="person"),
    path("people/<int:person_id>/removals/", views.permit_removal, name="removal-grant"),
]
