"""Forms of devices: taking into keeping, issuing, commands, inspections."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from korgoo.accounts.models import Office
from korgoo.devices.commands import COMMANDS
from korgoo.devices.models import Assignment, Device
from korgoo.engine.findings import KINDS
from korgoo.web.console.alerts.findings import name_kind
from korgoo.web.kit.forms import moment_field, word_choices
from korgoo.web.kit.words import COMMAND_NAMES, DEVICE_KINDS

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User

PARTICIPANT: Final = "participant"
_SIDES: Final = ((PARTICIPANT, _("the participant")), ("protected", _("the protected person")))
_LIVES: Final = ((10, _("10 minutes")), (60, _("an hour")), (1440, _("a day")))


class DeviceForm(forms.Form):
    """A device that an office takes into its keeping."""

    serial = forms.CharField(
        label=_("Serial number"), max_length=64, help_text=_("As printed on the device.")
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=lambda: word_choices(DEVICE_KINDS))
    model = forms.CharField(label=_("Model"), max_length=100, required=False)
    office: forms.ModelChoiceField[Office] = forms.ModelChoiceField(
        label=_("Office that keeps it"), queryset=Office.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Offer the offices that the account's own office covers."""
        super().__init__(*args, **options)
        keeper: Any = self.fields["office"]  # a ModelChoiceField, which the dictionary forgets
        if user.office is not None:
            offices = Office.objects.filter(path__startswith=user.office.path, valid_until=None)
            keeper.queryset = offices.order_by("path")
            keeper.label_from_instance = lambda office: office.name
            keeper.initial = user.office_id


class IssueForm(forms.Form):
    """Which device goes to whom. The order is named by its number: who issues need not read orders."""

    device: forms.ModelChoiceField[Device] = forms.ModelChoiceField(
        label=_("Device"), queryset=None, empty_label=_("choose")
    )
    order = forms.CharField(label=_("Number of the signed order"), max_length=100)
    side = forms.ChoiceField(label=_("The device goes to"), choices=_SIDES)

    def __init__(self, *args: Any, user: User, now: datetime, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Offer the devices that nobody has."""
        super().__init__(*args, **options)
        busy = Assignment.objects.visible_to(user).filter(collect_until__gt=now).values("device_id")
        free = Device.objects.visible_to(user).exclude(pk__in=busy).order_by("serial")
        device: Any = self.fields["device"]  # a ModelChoiceField, which the dictionary forgets
        device.queryset = free
        device.label_from_instance = lambda free: f"{free.serial} ({DEVICE_KINDS[free.kind]})"


class CommandForm(forms.Form):
    """What the device is asked to do."""

    name = forms.ChoiceField(
        label=_("The device shall"), choices=lambda: word_choices(COMMAND_NAMES, sorted(COMMANDS))
    )
    text = forms.CharField(
        label=_("Text of the message"), max_length=1000, required=False,
        help_text=_("For a message only. Never write where another person is."),
    )  # fmt: skip
    life_min = forms.TypedChoiceField(label=_("Forget it after"), choices=_LIVES, coerce=int, initial=60)

    def clean(self) -> dict[str, Any]:
        """Ask for the text of a message."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("name") == "message" and not data.get("text", "").strip():
            self.add_error("text", _("Write the message."))
        return data

    @property
    def payload(self) -> dict[str, str]:
        """What goes to the device beside the command's name."""
        return {"text": self.cleaned_data["text"].strip()} if self.cleaned_data["name"] == "message" else {}

    @property
    def life(self) -> timedelta:
        """How long the command waits for the device."""
        return timedelta(minutes=self.cleaned_data["life_min"])


class InspectionForm(forms.Form):
    """A person has looked at the device."""

    prefix = "inspection"

    inspected_at = moment_field(label=_("Looked at"))
    kinds = forms.MultipleChoiceField(
        label=_("What the inspection explains"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(kind, name_kind(kind)) for kind in KINDS if kind.startswith("tamper.")],
        help_text=_("Nothing ticked: everything, the whole device is in order."),
    )  # fmt: skip
    result = forms.CharField(
        label=_("What was found"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
