"""Addresses of the maps."""

from __future__ import annotations

from django.urls import path

from korgoo.web.console.maps import basemap, day, evidence, live_map

urlpatterns = [
    path("map/", live_map.show_map, name="live-map"),
    path("map/points.json", live_map.list_points, name="map-points"),
    path("map/levels.json", live_map.list_levels, name="map-levels"),
    path("map/ticket.json", live_map.give_ticket, name="live-ticket"),
    path("map/town.geojson", basemap.show_town, name="map-town"),
    path("map/basemap.pmtiles", basemap.serve_basemap, name="basemap"),
    path("people/<int:person_id>/day/", day.show_day, name="person-day"),
    path("people/<int:person_id>/day/track.json", day.list_track, name="person-track"),
    path("alerts/<int:alert_id>/map.json", evidence.list_evidence, name="alert-map"),
]
