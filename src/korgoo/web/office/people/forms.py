"""The form of registration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from korgoo.accounts.models import Office
from korgoo.people.models import Person
from korgoo.people.national_numbers import Country
from korgoo.people.services import PersonDetails
from korgoo.web.kit.forms import date_field, word_choices
from korgoo.web.kit.words import PERSON_KINDS

if TYPE_CHECKING:
    from korgoo.accounts.models import User

_SEXES: Final = (("", "—"), ("female", _("female")), ("male", _("male")))
_LANGUAGES: Final = (("ky", "Кыргызча"), ("ru", "Русский"), ("kk", "Қазақша"), ("en", "English"))
_COUNTRIES: Final = (
    (Country.KG.value, _("Kyrgyz Republic")),
    (Country.KZ.value, _("Republic of Kazakhstan")),
)


class PersonForm(forms.Form):
    """What is written down about a person."""

    kind = forms.ChoiceField(label=_("Registered as"), choices=lambda: word_choices(PERSON_KINDS))
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    given_name = forms.CharField(label=_("Given name"), max_length=100)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=100, required=False)
    country = forms.ChoiceField(label=_("Country of the number"), choices=_COUNTRIES)
    national_number = forms.CharField(
        label=_("Personal number (PIN, IIN)"), max_length=24, required=False,
        help_text=_("KG: 14 digits, KZ: 12 digits. Empty if it is not known."),
    )  # fmt: skip
    born_on = date_field(label=_("Date of birth"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=_SEXES, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=20, required=False, help_text=_("With the country: +996700123456.")
    )
    language = forms.ChoiceField(
        label=_("Language to speak to the person in"), choices=_LANGUAGES, initial="ru"
    )
    office: forms.ModelChoiceField[Office] = forms.ModelChoiceField(
        label=_("Office in charge"), queryset=Office.objects.none(), empty_label=None
    )

    def __init__(self, *args: object, user: User, **options: object) -> None:
        """Offer the offices that the account's own office covers."""
        super().__init__(*args, **options)  # type: ignore[arg-type]  # Django's own arguments, passed on
        offices = Office.objects.none()
        keeper: Any = self.fields["office"]  # a ModelChoiceField, which the dictionary forgets
        if user.office is not None:
            offices = Office.objects.filter(path__startswith=user.office.path, valid_until=None)
            keeper.initial = user.office_id
        keeper.queryset = offices.order_by("path")
        keeper.label_from_instance = lambda office: office.name

    @property
    def details(self) -> PersonDetails:
        """The entry as the service takes it; blanks and dashes are the typist's, not the number's."""
        data = self.cleaned_data
        return PersonDetails(
            family_name=data["family_name"],
            given_name=data["given_name"],
            patronymic=data["patronymic"],
            country=Country(data["country"]),
            national_number=_strip(data["national_number"]) or None,
            born_on=data["born_on"],
            sex=data["sex"] or None,
            phone=_strip(data["phone"]),
            language=data["language"],
        )

    @property
    def kind_chosen(self) -> Person.Kind:
        """On which side of an order."""
        return Person.Kind(self.cleaned_data["kind"])


def _strip(number: str) -> str:
    return number.translate({ord(sign): None for sign in " -()\u00a0"})
