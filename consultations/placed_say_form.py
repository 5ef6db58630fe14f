"""The form of an idea or a remark whose place is a point, a line or an area, named or drawn."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consultations.models import Process
from consultations.named_places import cut_to, drawn_shape, named_area, named_line
from consultations.place_fields import number_field, shape_field, street_field
from consultations.say_forms import SayForm
from consultations.services.speaking import SHAPES, Saying, ground_of
from geo.intake import AREAS, LINES
from zones.models import Zone

POINT, LINE, AREA = "point", "line", "area"
EXTENTS = (
    (POINT, _("a point")),
    (LINE, _("a line: a street, or a way through the town")),
    (AREA, _("an area")),
)


class PlacedSayForm(SayForm):
    """What is chosen as the extent is read first; where nothing is filled in there, the others.

    So nothing that somebody filled in is passed over, with scripts or without.
    """

    extent = forms.ChoiceField(
        label=_("What do you mark?"),
        choices=EXTENTS,
        required=False,
        initial=POINT,
        widget=forms.RadioSelect,
    )
    street = street_field("say-streets")
    first = number_field(_("From number"))
    last = number_field(_("To number"))
    zones = forms.ModelMultipleChoiceField(
        Zone.objects.none(),
        label=_("Neighbourhoods"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    shape = shape_field(POINT)

    def __init__(
        self, *args: Any, process: Process, kinds: Iterable[str], zones: Any, **kwargs: Any
    ) -> None:
        """`zones` are those that meet the area; one of them is a point, several an area."""
        super().__init__(*args, process=process, kinds=kinds, zones=zones, **kwargs)
        many = self.fields["zones"]
        if isinstance(many, forms.ModelMultipleChoiceField):
            many.queryset = zones
            many.label_from_instance = lambda obj: obj.name  # type: ignore[method-assign]
        self.place_words: Mapping[str, str] = {}

    def saying(self) -> Saying:
        """What was filled in, with the place in words where it was named."""
        return super().saying().placed_by(self.place_words)

    def _place(self, data: dict[str, Any]) -> GEOSGeometry | None:
        chosen = data.get("extent") or POINT
        ways = {POINT: self._point, LINE: self._line, AREA: self._area}
        for extent in (chosen, *(one for one in ways if one != chosen)):
            place = ways[extent](data)
            if place is not None:
                return place
        self.place_field = {LINE: "street", AREA: "zones"}.get(chosen, "where")
        return None

    def _point(self, data: dict[str, Any]) -> GEOSGeometry | None:
        self.place_field = "where"
        return super()._place(data)

    def _line(self, data: dict[str, Any]) -> GEOSGeometry | None:
        self.place_field = "street"
        first, last = data.get("first"), data.get("last")
        if data.get("street"):
            town = self.process.municipality
            line, self.place_words = named_line(town, data["street"], first, last)
            return self._cut(line, LINES)
        if first or last:
            raise ValidationError(_("Write the street of these numbers."), code="no_street")
        return self._drawn(data, LINES)

    def _area(self, data: dict[str, Any]) -> GEOSGeometry | None:
        self.place_field = "zones"
        if zones := list(data.get("zones") or ()):
            town = self.process.municipality
            area, self.place_words = named_area(town, [zone.pk for zone in zones])
            return self._cut(area, AREAS)
        return self._drawn(data, AREAS)

    def _drawn(self, data: dict[str, Any], accept: frozenset[str]) -> GEOSGeometry | None:
        """What was drawn, where it is of the kind; a fault of it is said by the kind chosen."""
        text = data.get("shape") or ""
        is_chosen = data.get("extent") == (LINE if accept == LINES else AREA)
        if not text or not (is_chosen or any(f'"{name}"' in text for name in accept)):
            return None
        self.place_field = "shape"
        return drawn_shape(text, SHAPES)

    def _cut(self, named: GEOSGeometry, accept: frozenset[str]) -> GEOSGeometry:
        limits = self.process.municipality.outline, ground_of(self.process)
        return cut_to(named, limits, accept)
