"""The order form: home curfew, exclusion zone, distance, in plain inputs that work without script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from korgoo.orders.drafts import DAYS as DAY_CODES
from korgoo.orders.drafts import Circle, ConditionDraft, OrderDraft
from korgoo.orders.regimes import REGIMES as KNOWN_REGIMES
from korgoo.people.models import Person
from korgoo.people.selectors import list_people
from korgoo.web.kit.forms import DegreesField, moment_field, time_field, word_choices
from korgoo.web.kit.words import DAYS, REGIMES
from korgoo.web.office.orders.distance_form import DistanceForm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.accounts.models import User

HOME: Final = "home"
KEEP_OUT: Final = "keep-out"


class OrderForm(DistanceForm):
    """A decision with a curfew at home, an exclusion zone, a distance to keep, or several of them."""

    regime = forms.ChoiceField(
        label=_("Regime"), choices=lambda: [("", _("choose")), *word_choices(REGIMES, KNOWN_REGIMES)]
    )
    authority = forms.CharField(label=_("Authority that decided"), max_length=200)
    number = forms.CharField(label=_("Number of the decision"), max_length=100)
    protected_person: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Protected person"), queryset=None, required=False,
        empty_label=_("nobody"), help_text=_("Only for protection orders."),
    )  # fmt: skip
    valid_from = moment_field(label=_("In force from"))
    valid_until = moment_field(label=_("In force until"))
    expected_interval_s = forms.IntegerField(
        label=_("The device reports every … seconds"), min_value=15, max_value=3600, initial=60
    )
    tether_s = forms.IntegerField(
        label=_("The phone must hear its bracelet at least every … seconds"),
        min_value=0, max_value=3600, required=False,
        help_text=_(
            "Only for a bracelet whose phone reports that it hears it. Not heard for longer while the phone"
            " talks: a tamper. Empty: no such pair."
        ),
    )  # fmt: skip

    home_on = forms.BooleanField(label=_("Must be at home at certain hours"), required=False)
    home_lat = DegreesField(label=_("Latitude of the home"), limit=90, required=False)
    home_lon = DegreesField(label=_("Longitude of the home"), limit=180, required=False)
    home_radius_m = forms.IntegerField(
        label=_("Radius, m"), min_value=10, max_value=200_000, initial=50, required=False
    )
    home_grace_min = forms.IntegerField(
        label=_("Grace, minutes"), min_value=0, max_value=60, initial=5, required=False,
        help_text=_("How long an absence may last before it is reported."),
    )  # fmt: skip
    home_clause = forms.CharField(label=_("Clause of the order"), max_length=200, required=False)
    home_always = forms.BooleanField(label=_("Around the clock"), required=False)

    out_on = forms.BooleanField(label=_("Must keep out of a zone"), required=False)
    out_lat = DegreesField(label=_("Latitude of the centre"), limit=90, required=False)
    out_lon = DegreesField(label=_("Longitude of the centre"), limit=180, required=False)
    out_radius_m = forms.IntegerField(
        label=_("Radius, m"), min_value=10, max_value=200_000, initial=300, required=False
    )
    out_geojson = forms.CharField(
        label=_("or an area as GeoJSON"), required=False, max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("A Polygon or MultiPolygon. Leave it empty for a circle."),
    )  # fmt: skip
    out_clause = forms.CharField(label=_("Clause of the order"), max_length=200, required=False)

    def __init__(self, *args: Any, user: User, fixed: bool = False, **options: Any) -> None:  # noqa: ANN401 - Django
        """Offer the protected persons whom `user` may see; `fixed`: the decision itself stays."""
        super().__init__(*args, **options)
        for day in DAY_CODES:
            for side, initial in (("from", "22:00"), ("to", "06:00")):
                name = f"home_{day}_{side}"
                self.fields[name] = time_field(label=DAYS[day], required=False, initial=initial)
        protected: Any = self.fields["protected_person"]  # a ModelChoiceField, which the dictionary forgets
        protected.queryset = list_people(user, kind=Person.Kind.PROTECTED)
        protected.label_from_instance = lambda person: person.full_name
        if fixed:
            for name in ("regime", "authority", "number", "protected_person"):
                self.fields[name].disabled = True

    @property
    def days(self) -> Iterator[tuple[Any, Any, Any]]:
        """The seven rows of the curfew: name of the day, from, to."""
        for day in DAY_CODES:
            yield DAYS[day], self[f"home_{day}_from"], self[f"home_{day}_to"]

    def clean(self) -> dict[str, Any]:
        """Ask for what a ticked condition needs; what it means together is the service's to check."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("home_on"):
            self._need("home_lat", "home_lon", "home_radius_m")
            if not data.get("home_always") and not self._windows():
                self.add_error(None, _("Fill in the hours for at least one day, or tick “around the clock”."))
        if data.get("out_on") and not data.get("out_geojson"):
            self._need("out_lat", "out_lon", "out_radius_m")
        if data.get("far_on"):
            self._need("far_distance_m")
            self.clean_places()
        if not any(data.get(name) for name in ("home_on", "out_on", "far_on")):
            self.add_error(None, _("An order without conditions monitors nothing: tick at least one."))
        return data

    def build_draft(self, *, tz: str) -> OrderDraft:
        """Return what the service takes."""
        data = self.cleaned_data
        return OrderDraft(
            regime=data["regime"],
            authority=data["authority"],
            number=data["number"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            tz=tz,
            expected_interval_s=data["expected_interval_s"],
            tether_s=data["tether_s"] or 0,
            conditions=tuple(self._conditions()),
            distance=self.build_distance(),
        )

    def _conditions(self) -> Iterator[ConditionDraft]:
        data = self.cleaned_data
        if data["home_on"]:
            yield ConditionDraft(
                key=HOME,
                zone="inclusion",
                circle=Circle(
                    lat_e7=data["home_lat"], lon_e7=data["home_lon"], radius_m=data["home_radius_m"]
                ),
                windows=() if data["home_always"] else self._windows(),
                grace_s=(data["home_grace_min"] or 0) * 60,
                clause=data["home_clause"],
            )
        if data["out_on"]:
            drawn = data["out_geojson"].strip()
            circle = None
            if not drawn:
                circle = Circle(lat_e7=data["out_lat"], lon_e7=data["out_lon"], radius_m=data["out_radius_m"])
            yield ConditionDraft(
                key=KEEP_OUT,
                zone="exclusion",
                circle=circle,
                geometry=drawn or None,
                clause=data["out_clause"],
            )

    def _windows(self) -> tuple[dict[str, Any], ...]:
        """Return the hours as windows, days with equal hours together."""
        days: dict[tuple[str, str], list[str]] = {}
        for day in DAY_CODES:
            begin, end = self.cleaned_data.get(f"home_{day}_from"), self.cleaned_data.get(f"home_{day}_to")
            if begin and end:
                days.setdefault((begin, end), []).append(day)
            elif begin or end:
                self.add_error(f"home_{day}_from", _("Fill in both times, or none."))
        return tuple({"days": found, "from": begin, "to": end} for (begin, end), found in days.items())

    def _need(self, *names: str) -> None:
        for name in names:
            if name not in self.errors and self.cleaned_data.get(name) is None:
                self.add_error(name, _("This is needed for the condition that you ticked."))
