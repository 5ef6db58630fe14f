"""The form of what somebody says in a consultation; it keeps nothing."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from consultations.models import Contribution, Process, ProjectPart
from consultations.services.speaking import LONGEST_ORGANISATION, Saying, ground_of
from geo.crs import STORAGE_SRID
from geo.intake import parse_point
from submissions.services import LONGEST_TEXT
from zones.geocoder import Answer, OutsideGeocoderError, geocode_text
from zones.models import Zone, ZoneShape
from zones.names import in_language

LONGEST_PLACE = 200
MOST_CHOICES = 6
_SURE = 0.9
PERSON = ""
SPEAKERS = (
    (PERSON, _("for myself")),
    ("business", _("for a business")),
    ("association", _("for an association")),
)


class SayForm(forms.Form):
    """What, about what, where, for whom."""

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In your words"),
        max_length=LONGEST_TEXT,
        help_text=_("Everybody can read it once somebody looked at it. No names or telephone "
                    "numbers, please."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    about = forms.ChoiceField(label=_("About"), required=False)
    speaks_as = forms.ChoiceField(
        label=_("You speak"), choices=SPEAKERS, required=False, widget=forms.RadioSelect
    )
    organisation = forms.CharField(
        label=_("Name of the business or association"),
        max_length=LONGEST_ORGANISATION,
        required=False,
    )
    where = forms.CharField(
        label=_("Place: street and number"), max_length=LONGEST_PLACE, required=False
    )
    chosen = forms.CharField(max_length=60, required=False)
    zone = forms.ModelChoiceField(
        Zone.objects.none(), label=_("Or a neighbourhood"), required=False
    )
    longitude = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    latitude = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    reply_to = forms.CharField(max_length=18, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, process: Process, kinds: Iterable[str], zones: Any, **kwargs: Any
    ) -> None:
        """`kinds` are those that can be said now; `zones` those that meet the area."""
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.process = process
        self.place_field = "where"
        self.choices: list[Answer] = []
        named = dict(Contribution.Kind.choices)
        offered = [(code, named[Contribution.Kind(code)]) for code in kinds]
        self._choice("kind").choices = offered
        if offered:
            self.initial.setdefault("kind", offered[0][0])
        if len(offered) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
        self._choice("about").choices = [("", __("the whole project")), *about_choices(process)]
        zone = cast(forms.ModelChoiceField[Zone], self.fields["zone"])
        zone.queryset, zone.empty_label = zones, "—"
        zone.label_from_instance = lambda obj: obj.name  # type: ignore[method-assign]

    def clean(self) -> dict[str, Any]:
        """Find the place that was given, and what it is about."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["parent"] = self._parent(data)
        try:
            data["place"] = self._place(data)
        except ValidationError as refused:
            self.add_error(self.place_field, refused)
        return data

    def saying(self) -> Saying:
        """What was filled in, for the service."""
        data = self.cleaned_data
        layer, part = self._about(data["about"])
        return Saying(
            text=data["text"],
            kind=data["kind"],
            speaks_as=data["speaks_as"],
            organisation=data["organisation"],
            layer=layer,
            part=part,
            parent=data["parent"],
            place=data["place"],
        )

    def _choice(self, name: str) -> forms.ChoiceField:
        return cast(forms.ChoiceField, self.fields[name])

    def _about(self, code: str) -> tuple[Any, ProjectPart | None]:
        kind, _separator, number = code.partition("-")
        if kind == "layer":
            return self.process.layers.get(pk=int(number)), None
        if kind == "part":
            part = ProjectPart.objects.select_related("layer").get(pk=int(number))
            return part.layer, part
        return None, None

    def _parent(self, data: dict[str, Any]) -> Contribution | None:
        number = data.get("reply_to", "")
        if not number.isdecimal():
            return None
        found = Contribution.objects.filter(process=self.process, pk=int(number)).shown().spoken()
        row = found.select_related("submission", "parent").first()
        if row is None:
            self.add_error(None, __("What you answer to is not there any more."))
        return row

    def _place(self, data: dict[str, Any]) -> GEOSGeometry | None:
        """An address that was typed counts first, then the pin, then the neighbourhood."""
        if data.get("chosen"):
            longitude, _separator, latitude = data["chosen"].partition(",")
            return _point(longitude, latitude)
        if data.get("where"):
            return self._addressed(data["where"])
        if data.get("longitude") and data.get("latitude"):
            return _point(data["longitude"], data["latitude"])
        return _middle(data["zone"], self.process) if data.get("zone") else None

    def _addressed(self, words: str) -> GEOSGeometry | None:
        try:
            found = geocode_text(self.process.municipality, words, limit=MOST_CHOICES)
        except OutsideGeocoderError:
            found = []
        if not found:
            raise ValidationError(
                __("We do not find this address. Write it in another way, or mark it on the map."),
                code="unknown_place",
            )
        first = found[0]
        if len(found) > 1 and (first.ambiguous or first.score < _SURE):
            self.choices = list(found)
            raise ValidationError(__("Which of these places is it?"), code="choose")
        return _point(str(first.longitude), str(first.latitude))


def about_choices(process: Process) -> list[tuple[str, str]]:
    """Alternatives and their sections, as a list of choices."""
    order = process.municipality.languages
    found: list[tuple[str, str]] = []
    for layer in process.layers.order_by("position", "pk").prefetch_related("parts"):
        name = in_language(layer.names, order)
        found.append((f"layer-{layer.pk}", name))
        found += [
            (f"part-{part.pk}", f"{name} · {in_language(part.names, order)}")
            for part in sorted(layer.parts.all(), key=lambda one: one.pk)
        ]
    return found


def _point(longitude: str, latitude: str) -> Point:
    parsed = parse_point(longitude.strip(), latitude.strip())
    return Point(parsed.x, parsed.y, srid=STORAGE_SRID)


def _middle(zone: Zone, process: Process) -> GEOSGeometry | None:
    """A point of the neighbourhood that lies in the area as well."""
    shape = ZoneShape.objects.filter(zone=zone).current().values_list("geometry", flat=True).first()
    if shape is None:
        return None
    ground = ground_of(process)
    inside = shape if ground is None else shape.intersection(ground)
    return None if inside.empty else inside.point_on_surface
