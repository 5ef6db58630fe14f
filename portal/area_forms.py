"""The forms in which lines of an area are written, with or without a map; they save nothing."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.errors import GeometryRefused
from geo.intake import parse_point
from geo.intake.uploads import CRS_CHOICES, MOST_BYTES, shape_of_file, shape_of_text
from zones.area_streets import find_street, street_label
from zones.forms import DayField
from zones.models import Municipality, Place, Street, Zone
from zones.names import in_language
from zones.recipes import LARGEST_NUMBER, LEAST_METRES, LONGEST_LABEL, MOST_METRES, Op, Side

OPS = [
    (Op.ADD.value, gettext_lazy("Add it")),
    (Op.SUBTRACT.value, gettext_lazy("Take it away")),
    (Op.KEEP.value, gettext_lazy("Keep only what lies in it")),
]
SIDES = [
    (Side.ANY.value, gettext_lazy("both sides")),
    (Side.ODD.value, gettext_lazy("odd side")),
    (Side.EVEN.value, gettext_lazy("even side")),
]


class AreaForm(forms.Form):
    """Name and day of an area."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    on = DayField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy("Zones as they were in force on this day."),
    )


class LineForm(forms.Form):
    """What every line has: what is done with it, and which line it replaces, if any."""

    line = forms.IntegerField(required=False, widget=forms.HiddenInput)
    op = forms.ChoiceField(label=gettext_lazy("What to do with it"), choices=OPS, initial="add")

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Take the town whose rows can be named."""
        kwargs.setdefault("auto_id", f"{self.prefix_of()}-%s")
        super().__init__(*args, **kwargs)
        self.municipality = municipality

    @classmethod
    def prefix_of(cls) -> str:
        """Start of the ids of the fields, so that no two forms of a page share one."""
        return cls.__name__.lower()

    def as_line(self) -> dict[str, Any]:
        """The line as zones.recipes reads it."""
        raise NotImplementedError

    def _head(self, kind: str) -> dict[str, Any]:
        return {"op": self.cleaned_data["op"], "kind": kind, "muted": False}


class ZonesLineForm(LineForm):
    """Whole zones."""

    zones = forms.ModelMultipleChoiceField(
        Zone.objects.none(), label=gettext_lazy("Zones"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Offer the zones people live in."""
        super().__init__(*args, municipality=municipality, **kwargs)
        _offer_zones(self.fields["zones"], municipality)

    def as_line(self) -> dict[str, Any]:
        """A line of zones."""
        zones = [zone.pk for zone in self.cleaned_data["zones"]]
        return {**self._head("zones"), "zones": zones}


class StreetLineForm(LineForm):
    """A street, one of its sides, or a run of numbers."""

    street = forms.CharField(
        label=gettext_lazy("Street"), max_length=200, widget=forms.TextInput({"list": "streets"})
    )
    side = forms.ChoiceField(label=gettext_lazy("Side"), choices=SIDES, initial="any")
    first = forms.IntegerField(
        label=gettext_lazy("From number"), required=False, min_value=1, max_value=LARGEST_NUMBER
    )
    last = forms.IntegerField(
        label=gettext_lazy("To number"), required=False, min_value=1, max_value=LARGEST_NUMBER
    )

    def clean_street(self) -> Street:
        """The street that is meant."""
        return find_street(self.municipality, self.cleaned_data["street"])

    def as_line(self) -> dict[str, Any]:
        """A line of addresses."""
        return {**self._head("streets"), **_street_part(self.cleaned_data)}


class AroundLineForm(LineForm):
    """Everything within some metres of a street, a zone, a place or a point."""

    metres = forms.IntegerField(
        label=gettext_lazy("Metres"), min_value=LEAST_METRES, max_value=MOST_METRES, initial=60
    )
    street = forms.CharField(
        label=gettext_lazy("Around a street"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"list": "streets"}),
    )
    side = forms.ChoiceField(label=gettext_lazy("Side"), choices=SIDES, initial="any")
    zone = forms.ModelChoiceField(
        Zone.objects.none(), label=gettext_lazy("Around a zone"), required=False
    )
    place = forms.CharField(
        label=gettext_lazy("Around a place"),
        required=False,
        max_length=300,
        widget=forms.TextInput({"list": "places"}),
    )
    point = forms.CharField(
        label=gettext_lazy("Around a point"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Longitude and latitude, such as 26.3708, 46.9275."),
    )
    without_inside = forms.BooleanField(
        label=gettext_lazy("Only the ring around it, without it"), required=False
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Offer the zones people live in."""
        super().__init__(*args, municipality=municipality, **kwargs)
        _offer_zones(self.fields["zone"], municipality)

    def clean(self) -> dict[str, Any]:
        """Find the one thing that is surrounded."""
        values = super().clean() or {}
        given = [name for name in ("street", "zone", "place", "point") if values.get(name)]
        if len(given) != 1:
            raise ValidationError(
                _("Say around what: a street, a zone, a place or a point, one of them."),
                code="around",
            )
        values["of"] = getattr(self, f"_{given[0]}")(values[given[0]])
        return values

    def as_line(self) -> dict[str, Any]:
        """A line of metres around something."""
        values = self.cleaned_data
        return {
            **self._head("around"),
            "of": values["of"],
            "metres": values["metres"],
            "without_inside": values["without_inside"],
        }

    def _street(self, text: str) -> dict[str, Any]:
        street = find_street(self.municipality, text)
        return {"street": street.pk, "side": self.cleaned_data.get("side", "any")}

    def _zone(self, zone: Zone) -> dict[str, Any]:
        return {"zones": [zone.pk]}

    def _place(self, text: str) -> dict[str, Any]:
        wanted = text.strip().casefold()
        for place in Place.objects.in_municipality(self.municipality).order_by("pk"):
            if wanted in {name.casefold() for name in place.names.values()}:
                point = [place.location.x, place.location.y]
                return {"site_point": point, "label": place.name[:LONGEST_LABEL]}
        raise ValidationError(
            {"place": _("There is no place with this name. Choose one of the list.")}, code="place"
        )

    def _point(self, text: str) -> dict[str, Any]:
        parts = text.replace(",", " ").replace(";", " ").split()
        if len(parts) != 2:
            raise ValidationError(
                {"point": _("Write two numbers: longitude, then latitude.")}, code="point"
            )
        point = parse_point(parts[0], parts[1])
        return {"site_point": [point.x, point.y]}


class ShapeLineForm(LineForm):
    """A shape drawn on the map, pasted or uploaded."""

    geometry = forms.CharField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(
        label=gettext_lazy("Name of the shape"), required=False, max_length=LONGEST_LABEL
    )
    text = forms.CharField(
        label=gettext_lazy("Corners or WKT"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy(
            "One corner a line, longitude and latitude such as 26.3708, 46.9275; or a WKT text."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "GeoJSON, GeoPackage, zipped Shapefile, KML or DXF, at most 5 megabytes."
        ),
    )
    crs = forms.ChoiceField(
        label=gettext_lazy("Coordinate system"),
        required=False,
        choices=CRS_CHOICES,
        help_text=gettext_lazy("A DXF and a WKT do not say it. Leave it for the others."),
    )
    metres = forms.IntegerField(
        label=gettext_lazy("Metres around it"),
        required=False,
        min_value=LEAST_METRES,
        max_value=MOST_METRES,
        help_text=gettext_lazy("A line or a point needs them; an area can have them."),
    )

    def clean(self) -> dict[str, Any]:
        """Read the one shape that was given."""
        values = super().clean() or {}
        crs = values.get("crs") or "4326"
        if values.get("file"):
            upload = values["file"]
            shape = shape_of_file(upload.read(MOST_BYTES + 1), name=upload.name, crs=crs)
            values["shape"] = json.loads(shape)
        elif values.get("text"):
            values["shape"] = json.loads(shape_of_text(values["text"], crs=crs))
        elif values.get("geometry"):
            try:
                values["shape"] = json.loads(values["geometry"])
            except (ValueError, RecursionError) as error:
                raise GeometryRefused("not_json") from error
        else:
            raise ValidationError(
                _("Draw a shape, write its corners, or choose a file."), code="shape"
            )
        return values

    def as_line(self) -> dict[str, Any]:
        """A drawn line, with its strip where metres are given."""
        values = self.cleaned_data
        shape = {"geometry": values["shape"], "label": values["label"]}
        if values.get("metres"):
            return {**self._head("around"), "of": shape, "metres": values["metres"]}
        return {**self._head("shape"), **shape}


FORMS: dict[str, type[LineForm]] = {
    "zones": ZonesLineForm,
    "streets": StreetLineForm,
    "around": AroundLineForm,
    "shape": ShapeLineForm,
}


def initial_of(line: dict[str, Any], municipality: Municipality) -> tuple[str, dict[str, Any]]:
    """Which form writes a line, and what it then begins with."""
    of = line.get("of", line)
    begin: dict[str, Any] = {"op": line["op"], "metres": line.get("metres")}
    begin["without_inside"] = line.get("without_inside", False)
    if "geometry" in of:
        words = {"geometry": json.dumps(of["geometry"]), "label": of.get("label", "")}
        if of["geometry"]["type"] == "Point" and "of" in line:
            east, north = of["geometry"]["coordinates"]
            return "around", {**begin, "point": f"{east}, {north}"}
        return "shape", {**begin, **words}
    if "street" in of:
        begin |= {"side": of["side"], "first": of.get("from"), "last": of.get("to")}
        street = Street.objects.in_municipality(municipality).filter(pk=of["street"]).first()
        begin["street"] = street_label(street) if street else ""
    else:
        begin |= {"zones": of["zones"], "zone": of["zones"][0]}
    return line["kind"], begin


def _street_part(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "street": values["street"].pk,
        "side": values["side"],
        "from": values["first"],
        "to": values["last"],
    }


def _offer_zones(field: Any, municipality: Municipality) -> None:
    zones = Zone.objects.in_municipality(municipality).areas().select_related("kind")
    shaped = zones.filter(shapes__isnull=False).distinct()
    field.queryset = shaped.order_by("kind__code", "code")
    field.label_from_instance = lambda zone: in_language(zone.names, municipality.languages)
