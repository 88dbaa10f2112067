"""The form of a permit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from korgoo.web.kit.forms import moment_field

if TYPE_CHECKING:
    from collections.abc import Mapping


class PermitForm(forms.Form):
    """An authorised exception from one condition."""

    prefix = "permit"

    condition = forms.ChoiceField(label=_("From which condition"))
    valid_from = moment_field(label=_("From"))
    valid_until = moment_field(label=_("Until"))
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, zones: Mapping[str, str], **options: Any) -> None:  # noqa: ANN401 - Django's
        """Offer the conditions in force, in words."""
        super().__init__(*args, **options)
        self.fields["condition"].choices = list(zones.items())  # type: ignore[attr-defined]  # a ChoiceField
