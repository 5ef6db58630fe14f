"""The form of a notice: what, for whom, when and where; it keeps nothing."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from departments.models import Works
from departments.places import geometry_of
from geo.crs import STORAGE_SRID
from geo.intake import ANY_SHAPE, AREAS, parse_geojson
from notifications.models import Announcement
from notifications.services.aiming import Aim, aim_of
from notifications.topics import Topic
from zones.forms import in_order
from zones.models import Municipality, Street, TargetArea, Zone
from zones.names import in_language

TOWN, PART, AREA = "town", "part", "area"
AIMS = ((TOWN, _("The whole town")), (PART, _("A part of the town")), (AREA, _("A kept area")))
SIDES = (("any", _("both sides")), ("odd", _("odd numbers")), ("even", _("even numbers")))
MOMENTS = ("starts_at", "ends_at", "wanted_at")


class MomentField(forms.DateTimeField):
    """A moment on the town's clock; browsers send and expect it as 2026-01-31T18:00."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")

    def to_python(self, value: Any) -> Any:
        """Read the wall-clock time without a zone; the form adds the town's."""
        if value in self.empty_values:
            return None
        for pattern in self.input_formats:
            try:
                # A browser sends the clock on the wall; the form knows the town's zone.
                return dt.datetime.strptime(str(value).strip(), pattern)  # noqa: DTZ007
            except ValueError:
                continue
        raise ValidationError(_("Write day and time, such as 2026-01-31 18:00."), code="invalid")


def _shape_field(label: Any, hint: Any, *, is_drawn: bool = False) -> forms.CharField:
    """A shape as text; the map of the page writes into the one that is drawn."""
    marks = {"data-draw-shape": ""} if is_drawn else {}
    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", **marks})
    return forms.CharField(label=label, required=False, widget=widget, help_text=hint)


class NoticeForm(forms.Form):
    """Everything about a notice on one page."""

    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    urgency = forms.ChoiceField(
        label=_("When it has to be known"),
        choices=Announcement.Urgency.choices,
        initial=Announcement.Urgency.NORMAL,
        widget=forms.RadioSelect,
    )
    aim = forms.ChoiceField(
        label=_("Who is told"), choices=AIMS, initial=PART, widget=forms.RadioSelect
    )
    zones = forms.ModelMultipleChoiceField(
        Zone.objects.none(),
        label=_("Neighbourhoods"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    street = forms.ModelChoiceField(Street.objects.none(), label=_("Street"), required=False)
    side = forms.ChoiceField(label=_("Side"), choices=SIDES, required=False)
    number_from = forms.IntegerField(
        label=_("From number"), min_value=1, max_value=99_999, required=False
    )
    number_to = forms.IntegerField(
        label=_("To number"), min_value=1, max_value=99_999, required=False
    )
    around_works = forms.ModelChoiceField(
        Works.objects.none(), label=_("Around works"), required=False
    )
    around_text = forms.CharField(label=_("Around an address"), max_length=200, required=False)
    around_shape = forms.CharField(required=False, widget=forms.HiddenInput)
    metres = forms.IntegerField(
        label=_("Metres around it"), min_value=5, max_value=5000, required=False, initial=100
    )
    drawn = _shape_field(
        _("Drawn on the map"),
        _("An area as GeoJSON, in degrees; the map fills this in when you draw."),
        is_drawn=True,
    )
    area = forms.ModelChoiceField(TargetArea.objects.none(), label=_("Kept area"), required=False)
    starts_at = MomentField(label=_("From"), required=False)
    ends_at = MomentField(label=_("Until"), required=False)
    works = forms.ModelChoiceField(
        Works.objects.none(),
        label=_("Works it is about"),
        required=False,
        help_text=_("Their line or area is then shown on the map of the notice."),
    )
    place_text = forms.CharField(label=_("On the map: an address"), max_length=200, required=False)
    geometry = _shape_field(
        _("On the map: a shape as GeoJSON"),
        _("A point, line or area in degrees, longitude first, as GIS programs write it."),
    )
    wanted_at = MomentField(
        label=_("Send not before"),
        required=False,
        help_text=_("Leave it empty to send as soon as it can no longer be stopped."),
    )

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        today: dt.date,
        language: str,
        announcement: Announcement | None = None,
        **kwargs: Any,
    ) -> None:
        """Offer what the town has, and start from what was written before."""
        super().__init__(*args, **kwargs)
        self.municipality = municipality
        self.zone = ZoneInfo(municipality.timezone)
        self.fields.update(_texts(municipality, announcement))
        self._offer(today, language)
        if announcement:
            self.initial.update(self._start(announcement))

    def clean(self) -> dict[str, Any]:
        """Read shapes and moments, and see that the chosen way of aiming says something."""
        data = super().clean() or {}
        for name in MOMENTS:
            if data.get(name):
                data[name] = data[name].replace(tzinfo=self.zone)
        self._read("drawn", AREAS, data)
        self._read("around_shape", ANY_SHAPE, data)
        try:
            data["place"] = self._place(data)
            data["around"] = self._around(data)
        except ValidationError as refused:
            for name, sentences in refused.message_dict.items():
                self.add_error(name if name in self.fields else None, sentences)
        if not self.errors:
            self._check_aim(data)
        return data

    def by_language(self, prefix: str) -> dict[str, str]:
        """Texts of the fields `names_ro`, `texts_ro` or `place_ro`, by language."""
        start = f"{prefix}_"
        given = {
            name.removeprefix(start): value
            for name, value in self.cleaned_data.items()
            if name.startswith(start) and isinstance(value, str)
        }
        return {code: text for code, text in given.items() if code in dict(settings.LANGUAGES)}

    def quick_aim(self) -> Aim:
        """What was put together on this page."""
        data = self.cleaned_data
        return Aim(
            zones=[zone.pk for zone in data["zones"]],
            street=data["street"].pk if data["street"] else None,
            side=data["side"] or "any",
            number_from=data["number_from"],
            number_to=data["number_to"],
            around=data.get("around"),
            metres=data["metres"] or 100,
            drawn=data["drawn"],
        )

    def text_rows(self) -> list[dict[str, Any]]:
        """Title, text and meeting place of each language, for the page."""
        codes = [name.removeprefix("names_") for name in self.fields if name.startswith("names_")]
        named = dict(settings.LANGUAGES)
        return [
            {
                "code": code,
                "name": named[code],
                "title": self[f"names_{code}"],
                "text": self[f"texts_{code}"],
                "place": self[f"place_{code}"],
            }
            for code in codes
        ]

    def _offer(self, today: dt.date, language: str) -> None:
        town = self.municipality
        zones = Zone.objects.in_municipality(town).in_force(today).areas()
        current = Works.objects.in_municipality(town).not_over(today).newest_first()
        # An area made for one notice alone is not offered to others.
        own = Announcement.objects.in_municipality(town).filter(has_own_target=True)
        areas = TargetArea.objects.in_municipality(town).exclude(pk__in=own.values("target"))
        offered = {
            "zones": zones.by_name(language),
            "street": Street.objects.in_municipality(town).by_name(language),
            "around_works": current,
            "works": current,
            "area": areas.filter(geometry__isnull=False).newest_first(),
        }
        for name, rows in offered.items():
            field = self.fields[name]
            field.queryset = rows  # type: ignore[attr-defined]
            field.label_from_instance = _name_of  # type: ignore[attr-defined]

    def _start(self, one: Announcement) -> dict[str, Any]:
        if one.target is None:
            aim: dict[str, Any] = {"aim": TOWN}
        elif one.has_own_target:
            aim = {"aim": PART, **aim_of(one.target.recipe)}
        else:
            aim = {"aim": AREA, "area": one.target_id}
        moments = {
            name: value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")
            for name in MOMENTS
            if (value := getattr(one, name))
        }
        shape = one.geometry.geojson if one.geometry is not None and one.works is None else ""
        kept = {"topic": one.topic, "urgency": one.urgency, "works": one.works_id}
        return {**kept, **aim, **moments, "geometry": shape}

    def _read(self, name: str, accept: frozenset[str], data: dict[str, Any]) -> None:
        text = str(data.get(name) or "").strip()
        data[name] = None
        if not text or text == "null":
            return
        try:
            shape = parse_geojson(text, accept=accept)
        except ValidationError as refused:
            self.add_error(name if name == "drawn" else None, refused)
            return
        data[name] = GEOSGeometry(shape.wkb_hex, srid=STORAGE_SRID)

    def _place(self, data: Mapping[str, Any]) -> GEOSGeometry | None:
        """What the map of the notice shows: works before an address before a shape."""
        if works := data.get("works"):
            return works.geometry  # type: ignore[no-any-return]
        typed = {"place_text": data.get("place_text", ""), "geometry": data.get("geometry", "")}
        if not any(value.strip() for value in typed.values()):
            return None
        return geometry_of(self.municipality, {**typed, "longitude": "", "latitude": ""})

    def _around(self, data: Mapping[str, Any]) -> GEOSGeometry | None:
        if works := data.get("around_works"):
            return works.geometry  # type: ignore[no-any-return]
        text = data.get("around_text", "")
        if not text.strip():
            return data.get("around_shape")
        typed = {"place_text": text, "longitude": "", "latitude": "", "geometry": ""}
        try:
            return geometry_of(self.municipality, typed)
        except ValidationError as refused:
            raise ValidationError({"around_text": refused.messages}) from refused

    def _check_aim(self, data: Mapping[str, Any]) -> None:
        if data["aim"] == AREA and not data["area"]:
            self.add_error("area", _("Choose one of the kept areas, or put one together."))
        if data["aim"] == PART and not self.quick_aim().lines():
            self.add_error(
                "aim",
                _("Say which part: neighbourhoods, a street, around a place, or a drawn area."),
            )


class AttachmentForm(forms.Form):
    """One picture or one PDF, with what it is in each language."""

    file = forms.FileField(
        label=_("Picture or PDF"), help_text=_("A JPEG, PNG or WebP picture, or a PDF.")
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """One name field for each language of the town."""
        super().__init__(*args, **kwargs)
        named = dict(settings.LANGUAGES)
        for code in municipality.languages:
            self.fields[f"names_{code}"] = forms.CharField(
                label=_("What it shows (%(language)s)") % {"language": named[code]},
                max_length=150,
                required=code == municipality.languages[0],
            )


class WhyForm(forms.Form):
    """Why a notice is withdrawn."""

    why = forms.CharField(
        label=_("Why it is withdrawn"),
        max_length=300,
        help_text=_("Stands on the public page in place of the notice."),
    )


def _texts(town: Municipality, one: Announcement | None) -> dict[str, forms.Field]:
    named = dict(settings.LANGUAGES)
    titles, bodies, places = (one.titles, one.texts, one.place_words) if one else ({}, {}, {})
    found: dict[str, forms.Field] = {}
    for code in in_order(town.languages):
        if code not in {*town.languages, *titles}:
            continue
        words = {"language": named[code]}
        is_first = code == town.languages[0]
        found[f"names_{code}"] = forms.CharField(
            label=_("Title (%(language)s)") % words,
            max_length=120,
            required=is_first,
            initial=titles.get(code, ""),
        )
        found[f"texts_{code}"] = forms.CharField(
            label=_("Text (%(language)s)") % words,
            max_length=5000,
            required=is_first,
            initial=bodies.get(code, ""),
            widget=forms.Textarea(attrs={"rows": 5}),
        )
        found[f"place_{code}"] = forms.CharField(
            label=_("Meeting place (%(language)s)") % words,
            max_length=200,
            required=False,
            initial=places.get(code, ""),
        )
    return found


def _name_of(row: Any) -> str:
    return row.name if isinstance(row, TargetArea) else in_language(row.names)
