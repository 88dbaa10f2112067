"""Form fields that every subject uses: local times, degrees, choices in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MOMENT: Final = "%d.%m.%Y %H:%M"
_DAY: Final = "%d.%m.%Y"


def moment_field(**options: Any) -> forms.DateTimeField:  # noqa: ANN401 - options of Django's field
    """Return a field for an instant, entered in the installation's zone as 20.11.2026 22:00."""
    return forms.DateTimeField(
        widget=forms.DateTimeInput(attrs=_typed("20.11.2026 22:00"), format=_MOMENT),
        input_formats=(_MOMENT, "%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write date and time as 20.11.2026 22:00.")},
        **options,
    )


def date_field(**options: Any) -> forms.DateField:  # noqa: ANN401 - options of Django's field
    """Return a field for a day, entered as 20.11.1990."""
    return forms.DateField(
        widget=forms.DateInput(attrs=_typed("20.11.1990"), format=_DAY),
        input_formats=(_DAY, "%Y-%m-%d"),
        error_messages={"invalid": _("Write the date as 20.11.1990.")},
        **options,
    )


def _typed(example: str) -> dict[str, Any]:
    """Return the attributes of a plain text field.

    A browser's own pickers speak the language of the PC: month before day and AM and PM on an English one,
    whatever language the page has. A wrong day in an order is worse than a few keys more.
    """
    return {"placeholder": example, "maxlength": len(example), "autocomplete": "off"}


def time_field(**options: Any) -> forms.CharField:  # noqa: ANN401 - options of Django's field
    """Return a field for a wall time, HH:MM as text."""
    clock = r"([01][0-9]|2[0-3]):[0-5][0-9]"
    picker = forms.TextInput(attrs=_typed("22:00"))
    return forms.RegexField(
        clock, widget=picker, error_messages={"invalid": _("Write the time as 22:00.")}, **options
    )


def word_choices(words: Mapping[Any, Any], codes: Iterable[Any] | None = None) -> list[tuple[Any, Any]]:
    """Return choices from a table of words, of all codes or those given."""
    return [(code, words[code]) for code in (words if codes is None else codes)]


class DegreesField(forms.CharField):
    """Degrees with a point or a comma, kept as whole 1e-7 degrees. `limit` is 90 or 180."""

    def __init__(self, *, limit: int, **options: Any) -> None:  # noqa: ANN401 - options of Django's field
        """Show a keyboard of numbers on a phone."""
        self.limit = limit
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            max_length=20,
            **options,
        )

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - what a form holds
        """Show stored 1e-7 degrees as degrees."""
        return f"{value / 1e7:.7f}".rstrip("0").rstrip(".") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - Django's interface
        """Return 1e-7 degrees, or None for an empty field.

        Raises:
            ValidationError: it is no number of degrees on the earth.
        """
        text = super().clean(value).replace(",", ".").strip()
        if not text:
            return None
        try:
            degrees = float(text)
        except ValueError as error:
            raise ValidationError(_("Write degrees as 42.8746.")) from error
        if not -self.limit <= degrees <= self.limit:  # also refuses NaN
            raise ValidationError(_("These are no degrees on the earth."))
        return round(degrees * 1e7)
