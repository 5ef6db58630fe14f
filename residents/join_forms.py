"""Shapes of what people type when they register."""

from typing import Any

import phonenumbers
from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from geo.crs import STORAGE_SRID
from geo.intake import parse_point
from residents.address_choice import LONGEST_TEXT
from zones.models import Municipality


class ContactForm(forms.Form):
    """An e-mail address, or a mobile telephone where the operator can send text messages."""

    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_("We send a code to this address. You type it in on the next page."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    phone = forms.CharField(
        label=_("or mobile telephone"),
        required=False,
        max_length=30,
        help_text=_("If you have no e-mail address: the code comes as a text message."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )

    def __init__(
        self, *args: Any, municipality: Municipality, takes_telephones: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.municipality = municipality
        if not takes_telephones:
            del self.fields["phone"]
            self.fields["email"].required = True

    def clean_phone(self) -> str:
        """A number as the world writes it, read as people of the town's country write theirs."""
        given: str = self.cleaned_data["phone"].strip()
        return read_phone(given, self.municipality.country) if given else ""

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if bool(cleaned.get("email")) == bool(cleaned.get("phone")):
            raise ValidationError(
                _("Give an e-mail address, or a mobile telephone if you have none."),
                code="one_contact",
            )
        return cleaned

    def contact(self) -> str:
        """What the code is sent to."""
        return str(self.cleaned_data.get("phone") or self.cleaned_data["email"].lower())


class JoinCodeForm(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=_("Code that we sent you"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )


class HomeForm(forms.Form):
    """Where somebody lives, and the year of birth; the page shows what each answer needs."""

    # "yes" is the staircase of the sign, a number is an address that was shown for choosing.
    home = forms.CharField(required=False, max_length=20)
    written = forms.CharField(label=_("Your address"), required=False, max_length=LONGEST_TEXT)
    # The text the shown addresses were found for: another text is looked up anew.
    asked = forms.CharField(required=False, max_length=LONGEST_TEXT, widget=forms.HiddenInput)
    longitude = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    latitude = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    unit = forms.CharField(
        label=_("Flat (not needed)"),
        required=False,
        max_length=30,
        help_text=_("For letters only."),
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "bday-year", "maxlength": 4}
        ),
        error_messages={
            "invalid": _("Write the year you were born in with four digits, such as 1980."),
            "required": _("Write the year you were born in with four digits, such as 1980."),
        },
    )
    says_old_enough = forms.BooleanField(required=False)
    pin: Point | None = None

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = {"years": municipality.least_age}
        self.fields["says_old_enough"].label = _("I am already %(years)d years old") % years
        if municipality.least_age == 0:
            del self.fields["birth_year"], self.fields["says_old_enough"]

    def clean(self) -> dict[str, Any]:
        """Read the pin somebody put on the map; none is fine."""
        cleaned = super().clean() or {}
        longitude, latitude = cleaned.get("longitude"), cleaned.get("latitude")
        if longitude and latitude:
            point = parse_point(longitude, latitude)
            self.pin = Point(point.x, point.y, srid=STORAGE_SRID)
        return cleaned


def read_phone(text: str, country: str) -> str:
    """A mobile number such as +40712345678.

    Raises:
        ValidationError: `invalid_phone`.
    """
    wrong = ValidationError(
        _("This is not a mobile number. Write it as you give it to friends, or with + in front."),
        code="invalid_phone",
    )
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise wrong from error
    mobile = {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
    is_mobile = phonenumbers.number_type(number) in mobile
    if not phonenumbers.is_valid_number(number) or not is_mobile:
        raise wrong
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
