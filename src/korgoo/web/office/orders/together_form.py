"""The form of an interval in which the two of an order are allowed together."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from korgoo.web.kit.forms import moment_field


class TogetherForm(forms.Form):
    """A hearing, handing over a child."""

    prefix = "together"

    valid_from = moment_field(label=_("From"))
    valid_until = moment_field(label=_("Until"))
    reason = forms.CharField(label=_("Reason"), max_length=500)
