"""Shapes of what is typed about a home: by its resident, and by a clerk at the desk."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from geo.crs import STORAGE_SRID
from geo.intake import parse_point
from residents.address_choice import LONGEST_TEXT, Found, Outcome, address_of, find_home
from residents.models import Reveal
from residents.services.desk import Visitor
from residents.services.registering import AddressChoice
from zones.models import Municipality


class HomeChoiceForm(forms.Form):
    """A typed address; what it may mean is shown for choosing, and a pin where nothing fits."""

    # A number is an address that was shown for choosing; "unknown" is none of them.
    home = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    written = forms.CharField(label=_("Address"), max_length=LONGEST_TEXT)
    # The text the shown addresses were found for: another text is looked up anew.
    asked = forms.CharField(required=False, max_length=LONGEST_TEXT, widget=forms.HiddenInput)
    longitude = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    latitude = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    unit = forms.CharField(label=_("Flat (not needed)"), required=False, max_length=30)

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipality = municipality

    def decide(self) -> AddressChoice | Found:
        """The home that is meant, or what has to be shown because it is not sure.

        Raises:
            ValidationError: the pin is no point of the world.
        """
        values = self.cleaned_data
        chosen, text = values["home"], values["written"]
        if chosen and values["asked"] == text:
            address = address_of(self.municipality, chosen)
            if address is not None:
                return AddressChoice(address=address, unit=values["unit"])
        found = find_home(municipality=self.municipality, text=text)
        if chosen == "unknown" and values["asked"] == text:
            place = self._pin() or found.near
            return AddressChoice(location=place, written=text, unit=values["unit"])
        if found.outcome is Outcome.PLACED:
            return AddressChoice(address=found.addresses[0], unit=values["unit"])
        return found

    def _pin(self) -> Point | None:
        longitude, latitude = self.cleaned_data["longitude"], self.cleaned_data["latitude"]
        if not longitude or not latitude:
            return None
        point = parse_point(longitude, latitude)
        return Point(point.x, point.y, srid=STORAGE_SRID)


class VisitorForm(HomeChoiceForm):
    """Somebody without e-mail who stands at the desk."""

    field_order = ("full_name", "birth_year", "says_old_enough", "language", "written")

    full_name = forms.CharField(label=_("Name"), max_length=120)
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
    )
    says_old_enough = forms.BooleanField(required=False)
    language = forms.ChoiceField(label=_("Language of letters and pages"))
    has_shown_paper = forms.BooleanField(
        label=_("I have seen a paper with this name and this address"), required=False
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, municipality=municipality, **kwargs)
        own = municipality.languages
        known = dict(settings.LANGUAGES)
        order = [*own, *(code for code in known if code not in own)]
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)  # noqa: S101 - declared above
        language.choices = [(code, known[code]) for code in order]
        self.fields["says_old_enough"].label = _("The person is already %(years)d years old") % {
            "years": municipality.least_age
        }

    def visitor(self) -> Visitor:
        """What the service is asked with."""
        values = self.cleaned_data
        return Visitor(
            full_name=values["full_name"],
            birth_year=values["birth_year"],
            language=values["language"],
            says_old_enough=values["says_old_enough"],
            has_shown_paper=values["has_shown_paper"],
        )


class ReasonForm(forms.Form):
    """Why an address is looked at."""

    reason = forms.ChoiceField(label=_("Why do you look?"), choices=Reveal.Reason.choices)


class FindForm(forms.Form):
    """Exactly one thing that leads to a person: nobody pages through residents."""

    email = forms.EmailField(label=_("E-mail address, complete"), required=False)
    card = forms.CharField(label=_("Code of the sign-in card"), required=False, max_length=120)
    place = forms.CharField(
        label=_("Address: street and number"), required=False, max_length=LONGEST_TEXT
    )
    home = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Why do you look?"), choices=Reveal.Reason.choices)

    def clean(self) -> dict[str, Any]:
        """One of the three ways."""
        cleaned = super().clean() or {}
        given = [name for name in ("email", "card", "place") if cleaned.get(name, "").strip()]
        if not self.errors and len(given) != 1:
            raise forms.ValidationError(
                _("Fill in one of the three: e-mail address, card, or address."), code="one_way"
            )
        return cleaned


class PostCodeForm(forms.Form):
    """The code of a letter."""

    code = forms.CharField(
        label=_("Code from the letter"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class UnitForm(forms.Form):
    """Another flat at the same address."""

    unit = forms.CharField(label=_("Flat or letter box"), required=False, max_length=30)


class NumbersForm(forms.Form):
    """Numbers of letters, as they stand on them."""

    numbers = forms.CharField(
        label=_("Numbers on the letters"),
        max_length=2000,
        help_text=_("Several with a comma or a space between them."),
    )

    def clean_numbers(self) -> list[int]:
        """The numbers, without what is none."""
        words = self.cleaned_data["numbers"].replace(",", " ").split()
        found = [int(word) for word in words if word.isascii() and word.isdecimal()]
        if not found or len(found) != len(words) or max(found) > 2**62:
            raise forms.ValidationError(
                _("Write the numbers that stand on the letters, such as 17, 18."), code="numbers"
            )
        return found
