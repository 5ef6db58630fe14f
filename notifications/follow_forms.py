"""Forms that name an area to follow without a map; each makes the same line as drawing would."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.services.following import LONGEST_NAME
from notifications.topics import Topic
from zones.geocoder import OutsideGeocoderError, geocode_text
from zones.models import Municipality, Street, Zone

LISTED = 20
METRES = [(100, "100 m"), (200, "200 m"), (300, "300 m"), (500, "500 m"), (1000, "1 km")]


class FollowForm(forms.Form):
    """Name and topics; what kind of area it is, says each form below."""

    name = forms.CharField(
        label=gettext_lazy("What you call it"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=gettext_lazy("Such as: School, Grandmother, Work. Empty: we name it."),
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Only about"),
        choices=Topic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing ticked is everything."),
    )

    def __init__(self, *args: Any, municipality: Municipality, language: str, **kw: Any) -> None:
        """Know the town whose places are offered."""
        super().__init__(*args, **kw)
        self.municipality = municipality
        self.language = language
        self.usual_name = ""
        first = [name for name in self.fields if name not in ("name", "topics")]
        self.order_fields([*first, "name", "topics"])

    def line(self) -> dict[str, Any]:
        """The area as one line of a target area."""
        raise NotImplementedError

    def chosen_name(self) -> str:
        """The name that was given, else one that says what it is."""
        return str(self.cleaned_data["name"] or self.usual_name)[:LONGEST_NAME]


class AreaChoice(forms.ModelChoiceField[Zone]):
    """Areas by the name a reader knows."""

    def label_from_instance(self, obj: Any) -> str:
        """The name alone."""
        return str(obj.name)


class ZoneFollowForm(FollowForm):
    """A neighbourhood or another area of the town."""

    zone = AreaChoice(Zone.objects.none(), label=gettext_lazy("Area"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the areas of the town."""
        super().__init__(*args, **kwargs)
        own = Zone.objects.in_municipality(self.municipality).areas().by_name(self.language)
        self.fields["zone"] = AreaChoice(
            own.select_related("kind__municipality"), label=self.fields["zone"].label
        )
        self.order_fields(["zone", "name", "topics"])

    def line(self) -> dict[str, Any]:
        """A whole zone."""
        zone = self.cleaned_data["zone"]
        self.usual_name = zone.name
        return {"op": "add", "kind": "zones", "zones": [zone.pk]}


class StreetFollowForm(FollowForm):
    """A street, one side of it, or a run of its numbers."""

    street_name = forms.CharField(label=gettext_lazy("Street"), max_length=120)
    side = forms.ChoiceField(
        label=gettext_lazy("Side"),
        choices=[
            ("any", gettext_lazy("both sides")),
            ("odd", gettext_lazy("odd numbers")),
            ("even", gettext_lazy("even numbers")),
        ],
    )
    first = forms.IntegerField(
        label=gettext_lazy("From number"), required=False, min_value=1, max_value=99_999
    )
    last = forms.IntegerField(
        label=gettext_lazy("To number"), required=False, min_value=1, max_value=99_999
    )

    def clean_street_name(self) -> Street:
        """The one street of that name; several are listed, so that one can be typed in full."""
        text = self.cleaned_data["street_name"]
        own = Street.objects.in_municipality(self.municipality).named_like(text)
        found = list(own.select_related("municipality").by_name(self.language)[: LISTED + 1])
        exact = [street for street in found if street.name.casefold() == text.strip().casefold()]
        if len(exact) == 1:
            return exact[0]
        if not found:
            raise ValidationError(_("No street has this name."), code="no_street")
        if len(found) > 1:
            raise ValidationError(
                _("Several streets fit. Write one in full: %(streets)s."),
                code="several_streets",
                params={"streets": ", ".join(street.name for street in found[:LISTED])},
            )
        return found[0]

    def line(self) -> dict[str, Any]:
        """The addresses of the street that were named."""
        street = self.cleaned_data["street_name"]
        self.usual_name = street.name
        return {
            "op": "add",
            "kind": "streets",
            "street": street.pk,
            "side": self.cleaned_data["side"],
            "from": self.cleaned_data["first"],
            "to": self.cleaned_data["last"],
        }


class AroundFollowForm(FollowForm):
    """What lies within some metres of an address, or of a point chosen on the map."""

    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)
    metres = forms.TypedChoiceField(
        label=gettext_lazy("How far around"), choices=METRES, coerce=int, initial=300
    )

    def clean(self) -> dict[str, Any]:
        """Find the one point that is meant."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("address"):
            given["point"] = self._point_of(given["address"])
        elif given.get("lon") is not None and given.get("lat") is not None:
            given["point"] = (given["lon"], given["lat"])
            self.usual_name = _("Around a point on the map")
        else:
            self.add_error("address", _("Type an address."))
        return given

    def _point_of(self, text: str) -> tuple[float, float] | None:
        try:
            answers = geocode_text(self.municipality, text)
        except OutsideGeocoderError:
            answers = []
        if not answers:
            self.add_error("address", _("No such address was found."))
            return None
        if len(answers) > 1 and answers[0].ambiguous:
            labels = ", ".join(answer.label for answer in answers)
            several = _("Several places fit. Write one in full: %(places)s.") % {"places": labels}
            self.add_error("address", several)
            return None
        self.usual_name = _("Around %(place)s") % {"place": answers[0].label}
        return answers[0].longitude, answers[0].latitude

    def line(self) -> dict[str, Any]:
        """A circle."""
        point = {"type": "Point", "coordinates": list(self.cleaned_data["point"])}
        return {
            "op": "add",
            "kind": "around",
            "of": {"geometry": point},
            "metres": self.cleaned_data["metres"],
            "without_inside": False,
        }


class ShapeFollowForm(FollowForm):
    """What was drawn on the map, or typed as GeoJSON."""

    shape = forms.CharField(
        label=gettext_lazy("Drawn shape"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "data-draw-shape": ""}),
        max_length=200_000,
        help_text=gettext_lazy(
            "Drawing on the map fills this in. A shape as GeoJSON can be pasted as well."
        ),
    )

    def clean_shape(self) -> dict[str, Any]:
        """An object; what is in it the reader of lines looks at."""
        try:
            value = json.loads(self.cleaned_data["shape"])
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ValidationError(_("Draw an area on the map first."), code="no_shape")
        return value

    def line(self) -> dict[str, Any]:
        """The shape."""
        self.usual_name = _("Drawn area")
        return {"op": "add", "kind": "shape", "geometry": self.cleaned_data["shape"], "label": ""}


class ChangeFollowForm(FollowForm):
    """Another name or other topics."""


FORMS: Mapping[str, tuple[str | Promise, type[FollowForm]]] = {
    "zone": (gettext_lazy("A neighbourhood"), ZoneFollowForm),
    "street": (gettext_lazy("A street"), StreetFollowForm),
    "around": (gettext_lazy("Around an address"), AroundFollowForm),
    "shape": (gettext_lazy("Draw on the map"), ShapeFollowForm),
}
