"""Shapes of what people send to the pages of a town; the verbs themselves are services."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from geo.intake import parse_point
from sign_registry.codes import LONGEST_HOST, UnfitOriginError, origin_of
from zones.forms import text_fields, texts_of
from zones.models import Correction, Municipality
from zones.models.municipality import BUILT_MODULES, LANGUAGES
from zones.services.town_settings import ResidentRules

MODULE_LABELS = {
    "ratings": _("Ratings of places"),
    "reports": _("Reports of faults"),
    "consultations": _("Consultations"),
    "notices": _("Notices"),
}
LANGUAGE_LABELS = {
    "en": _("Name in English"),
    "ro": _("Name in Romanian"),
    "bg": _("Name in Bulgarian"),
}


class CorrectionForm(forms.Form):
    """What is wrong about a place, without a name or an address of the sender."""

    longitude = forms.CharField(widget=forms.HiddenInput, max_length=40)
    latitude = forms.CharField(widget=forms.HiddenInput, max_length=40)
    text = forms.CharField(
        label=_("What is right?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": _("Write what is wrong or what would be right.")},
    )
    point_error = ""

    def point(self) -> Point | None:
        """The point meant, or None with `point_error` saying what to do."""
        try:
            parsed = parse_point(self.data.get("longitude", ""), self.data.get("latitude", ""))
        except ValidationError as refused:
            self.point_error = " ".join(refused.messages)
            return None
        return Point(parsed.x, parsed.y, srid=4326)


class SettleForm(forms.Form):
    """What the town did with a remark."""

    state = forms.ChoiceField(
        choices=[
            (Correction.State.ACCEPTED, Correction.State.ACCEPTED.label),
            (Correction.State.DECLINED, Correction.State.DECLINED.label),
        ]
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=400)


class TownForm(forms.Form):
    """A town's names, colour, arms, modules and sender of e-mail, and its rules for residents."""

    RULES = (
        "least_age",
        "app_needs_registration",
        "second_person_above",
        "notice_delay_minutes",
        "privacy_contact",
    )

    accent = forms.CharField(
        label=_("Colour"), widget=forms.TextInput(attrs={"type": "color"}), max_length=7
    )
    arms = forms.FileField(
        label=_("Coat of arms (PNG, JPEG or WebP, at most 2 MB)"), required=False
    )
    modules = forms.MultipleChoiceField(
        label=_("Modules"),
        choices=[(module, MODULE_LABELS[module]) for module in BUILT_MODULES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    mail_sender = forms.EmailField(label=_("Sender of e-mail"), required=False)
    sign_origin = forms.URLField(
        label=_("Address printed on signs"),
        required=False,
        assume_scheme="https",
        help_text=_(
            "Short, such as https://megdan.example. Signs that hang keep the address they were "
            "printed with, so an old address must go on leading here."
        ),
    )
    least_age = forms.IntegerField(
        label=_("Least age to register"),
        min_value=0,
        max_value=18,
        help_text=_("0 asks nobody for the year of birth."),
    )
    app_needs_registration = forms.BooleanField(
        label=_("Personal pages need a finished registration"),
        required=False,
        help_text=_("Otherwise somebody who only proved an e-mail address can follow areas too."),
    )
    second_person_above = forms.IntegerField(
        label=_("Homes above which a second person approves a notice"),
        min_value=0,
        max_value=1_000_000,
    )
    notice_delay_minutes = forms.IntegerField(
        label=_("Minutes in which a notice can be stopped"), min_value=0, max_value=1440
    )
    privacy_contact = forms.EmailField(
        label=_("Data protection officer"),
        required=False,
        help_text=_("Named in the privacy notice; people write there about their data."),
    )
    field_order = [
        *(f"names_{language}" for language in LANGUAGES),
        "accent",
        "arms",
        "modules",
        "mail_sender",
        "sign_origin",
        "least_age",
        "app_needs_registration",
        *(f"desk_texts_{language}" for language in LANGUAGES),
        "second_person_above",
        "notice_delay_minutes",
        "privacy_contact",
    ]

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Add one name field per language; the town's first language must have one."""
        kwargs["initial"] = {
            **{f"names_{code}": municipality.names.get(code, "") for code in LANGUAGES},
            "accent": municipality.accent,
            "modules": municipality.modules,
            "mail_sender": municipality.mail_sender,
            "sign_origin": municipality.sign_origin,
            **{column: getattr(municipality, column) for column in self.RULES},
        }
        super().__init__(*args, **kwargs)
        self.fields.update(
            text_fields(
                municipality,
                _("Desk for residents: address and hours"),
                prefix="desk_texts",
                texts=municipality.desk_texts,
                is_required=False,
                widget=forms.Textarea,
            )
        )
        for code in LANGUAGES:
            self.fields[f"names_{code}"] = forms.CharField(
                label=LANGUAGE_LABELS[code],
                max_length=120,
                required=code == municipality.languages[0],
            )
        self.order_fields(self.field_order)

    def resident_rules(self) -> ResidentRules:
        """What was chosen about residents and notices."""
        return ResidentRules(
            **{column: self.cleaned_data[column] for column in self.RULES},
            desk_texts=texts_of(self.cleaned_data, "desk_texts"),
        )

    def clean_sign_origin(self) -> str:
        """An address that can be printed, or none."""
        given: str = self.cleaned_data["sign_origin"]
        try:
            return given and origin_of(given)
        except UnfitOriginError as error:
            raise forms.ValidationError(
                _(
                    "Give only https:// and a host of at most %(most)d letters, with nothing "
                    "after it."
                ),
                code="bad_origin",
                params={"most": LONGEST_HOST},
            ) from error

    def names(self) -> dict[str, str]:
        """The names given, without the empty ones."""
        return {
            code: self.cleaned_data[f"names_{code}"]
            for code in LANGUAGES
            if self.cleaned_data[f"names_{code}"]
        }
