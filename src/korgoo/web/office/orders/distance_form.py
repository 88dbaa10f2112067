"""The part of the order form that sets a distance: rings, places of the protected person, her radios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from korgoo.orders.drafts import Circle, DistanceDraft, PlaceDraft
from korgoo.web.kit.forms import DegreesField

if TYPE_CHECKING:
    from collections.abc import Iterator

DISTANCE: Final = "distance"
PLACES: Final = range(1, 4)
"""Rows of places on the form: home, work, school."""


class DistanceForm(forms.Form):
    """The distance to keep from the protected person; a part of `OrderForm`."""

    far_on = forms.BooleanField(label=_("Must keep away from the protected person"), required=False)
    far_distance_m = forms.IntegerField(
        label=_("Distance, m"), min_value=10, max_value=100_000, initial=300, required=False
    )
    far_warning_m = forms.IntegerField(
        label=_("Warning ring, m"), min_value=11, max_value=200_000, required=False,
        help_text=_("Empty: twice the distance. Coming into it is no breach."),
    )  # fmt: skip
    far_emergency_m = forms.IntegerField(
        label=_("Inner ring, m"), min_value=1, max_value=100_000, required=False,
        help_text=_("Empty: half the distance."),
    )  # fmt: skip
    far_clause = forms.CharField(label=_("Clause of the order"), max_length=200, required=False)
    far_contacts = forms.CharField(
        label=_("Radios that only she carries"), max_length=400, required=False,
        help_text=_("Ids, separated by commas: who hears one stands beside her."),
    )  # fmt: skip
    far_disclosed = forms.BooleanField(
        label=_("The participant is lawfully told when he comes near her"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Add the rows of places."""
        super().__init__(*args, **options)
        for number in PLACES:
            self.fields |= {f"near_{number}_{name}": field for name, field in _place_fields().items()}

    @property
    def places(self) -> Iterator[dict[str, Any]]:
        """The rows of places, each a table of bound fields."""
        for number in PLACES:
            yield {name: self[f"near_{number}_{name}"] for name in _place_fields()}

    def list_contacts(self) -> tuple[str, ...]:
        """Return the ids of radios that were typed."""
        typed = self.cleaned_data.get("far_contacts", "").split(",")
        return tuple(contact.strip() for contact in typed if contact.strip())

    def clean_places(self) -> None:
        """Ask for what a named place needs, and for the name of one that is drawn."""
        for number in PLACES:
            value = {name: self.cleaned_data.get(f"near_{number}_{name}") for name in _place_fields()}
            drawn = value["geojson"] or value["lat"] is not None or value["lon"] is not None
            whole = value["geojson"] or (None not in (value["lat"], value["lon"], value["radius_m"]))
            if value["name"] and not whole:
                self.add_error(f"near_{number}_lat", _("A place needs its centre and radius, or an area."))
            if drawn and not value["name"]:
                self.add_error(f"near_{number}_name", _("Name the place: home, work, school."))

    def build_distance(self) -> DistanceDraft | None:
        """Return what the service takes; None where no distance is set."""
        data = self.cleaned_data
        if not data["far_on"]:
            return None
        return DistanceDraft(
            key=DISTANCE,
            distance_m=data["far_distance_m"],
            warning_m=data["far_warning_m"],
            emergency_m=data["far_emergency_m"],
            disclosed=data["far_disclosed"],
            places=tuple(self._build_places()),
            contacts=self.list_contacts(),
            clause=data["far_clause"],
        )

    def _build_places(self) -> Iterator[PlaceDraft]:
        for number in PLACES:
            value = {name: self.cleaned_data[f"near_{number}_{name}"] for name in _place_fields()}
            if not value["name"]:
                continue
            drawn = value["geojson"].strip()
            circle = None
            if not drawn:
                circle = Circle(lat_e7=value["lat"], lon_e7=value["lon"], radius_m=value["radius_m"])
            yield PlaceDraft(
                key=f"place-{number}",
                name=value["name"],
                circle=circle,
                geometry=drawn or None,
                disclosed=value["disclosed"],
            )


def _place_fields() -> dict[str, forms.Field]:
    return {
        "name": forms.CharField(label=_("What it is"), max_length=100, required=False),
        "lat": DegreesField(label=_("Latitude of the centre"), limit=90, required=False),
        "lon": DegreesField(label=_("Longitude of the centre"), limit=180, required=False),
        "radius_m": forms.IntegerField(
            label=_("Radius, m"), min_value=10, max_value=200_000, initial=50, required=False
        ),
        "geojson": forms.CharField(
            label=_("or an area as GeoJSON"), required=False, max_length=200_000,
            widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        ),
        "disclosed": forms.BooleanField(label=_("the participant lawfully knows this place"), required=False),
    }  # fmt: skip
