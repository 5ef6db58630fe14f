"""Forms for files of the register: handing one in, and saying what is what in it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.matching.letters import fold
from zones.importing.fields import ADDRESS_PARTS, QUALITIES
from zones.models import TownLoad, ZoneKind
from zones.services.load_contents import LEVEL
from zones.services.load_storing import KNOWN_KINDS

LEFT_OUT = ""

PART_LABELS = {
    "key": gettext_lazy("Lasting number of the address"),
    "thoroughfare": gettext_lazy("Street"),
    "number": gettext_lazy("House number"),
    "block": gettext_lazy("Block"),
    "entrance": gettext_lazy("Entrance"),
    "quarter": gettext_lazy("Quarter"),
    "locality": gettext_lazy("Settlement"),
    "postal_code": gettext_lazy("Postal code"),
    "quality": gettext_lazy("How the point was found"),
    "longitude": gettext_lazy("Longitude"),
    "latitude": gettext_lazy("Latitude"),
    "code": gettext_lazy("Code: a short mark that stays the same"),
    "name": gettext_lazy("Name"),
}


class HandInForm(forms.Form):
    """One file for the register."""

    file = forms.FileField(label=gettext_lazy("File"))

    accepted: ClassVar[Mapping[str, Any]] = {
        TownLoad.Kind.OSM: gettext_lazy(
            "An extract in the format .osm.pbf of at most 20 MB, already cut to the town."
        ),
        TownLoad.Kind.ZONES: gettext_lazy(
            "GeoJSON, GeoPackage or a zipped Shapefile of at most 20 MB; the file is the whole of "
            "its kind."
        ),
        TownLoad.Kind.STREETS: gettext_lazy(
            "Lines as GeoJSON, GeoPackage or a zipped Shapefile, or a table (CSV in UTF-8) of "
            "names; at most 20 MB."
        ),
        TownLoad.Kind.ADDRESSES: gettext_lazy(
            "A table (CSV in UTF-8, also gzipped) with longitude and latitude, or points as "
            "GeoJSON, GeoPackage or a zipped Shapefile; at most 20 MB."
        ),
        TownLoad.Kind.PLACES: gettext_lazy(
            "A table (CSV in UTF-8) with longitude and latitude, or points as GeoJSON, GeoPackage "
            "or a zipped Shapefile; at most 20 MB."
        ),
    }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = self.accepted[TownLoad.Kind(kind)]


class ExtractChoiceForm(forms.Form):
    """What the areas of an extract are in this town."""

    outline = forms.ChoiceField(
        label=gettext_lazy("Border of the municipality"), required=False, widget=forms.RadioSelect
    )
    dated = forms.DateField(
        label=gettext_lazy("Day of the extract"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, load: TownLoad, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = list(load.found.get("levels", []))
        self.fields["outline"].choices = _border_choices(load)  # type: ignore[attr-defined]
        self.initial.setdefault("outline", load.choices.get("outline", _likely_border(load)))
        for level in self.levels:
            self.fields[f"level_{level}"] = forms.ChoiceField(
                label=_("Areas of level %(level)s") % {"level": level},
                choices=_level_choices(),
                required=False,
                help_text=", ".join(_names_of(load, level)),
            )
            likely = "neighbourhood" if level == self.levels[-1] else LEFT_OUT
            known = load.choices.get("levels", {})
            self.initial.setdefault(f"level_{level}", known.get(level, likely))

    def choices(self) -> dict[str, Any]:
        """As the load keeps them."""
        given = self.cleaned_data
        return {
            "outline": given["outline"],
            "levels": {level: given[f"level_{level}"] for level in self.levels},
            "dated": _written(given["dated"]),
        }


def _border_choices(load: TownLoad) -> list[tuple[str, str]]:
    town = load.municipality
    areas = [area for area in load.found.get("areas", []) if area["level"] or area["place"]]
    kept = _("The border the town has") if town.outline else _("No border yet: take everything")
    together = [
        (f"{LEVEL}{level}", _("All areas of level %(level)s together") % {"level": level})
        for level in load.found.get("levels", [])
    ]
    single = [
        (area["code"], _("%(name)s, %(km2)s km²") % {"name": area["name"], "km2": area["km2"]})
        for area in areas
    ]
    return [("", kept), *together, *single]


def _likely_border(load: TownLoad) -> str:
    """The area that bears the town's name; else all of the level with the most areas."""
    if load.municipality.outline:
        return ""
    wanted = {fold(name) for name in load.municipality.names.values()}
    areas = load.found.get("areas", [])
    named = [area["code"] for area in areas if area["level"] and fold(area["name"]) in wanted]
    levels = load.found.get("levels", [])
    return named[0] if named else f"{LEVEL}{levels[-1]}" if levels else ""


def _level_choices() -> list[tuple[str, str]]:
    words = {
        "neighbourhood": _("Neighbourhoods"),
        "settlement": _("Settlements"),
        "city-block": _("City blocks"),
    }
    return [*words.items(), (LEFT_OUT, _("Leave them out"))]


def _names_of(load: TownLoad, level: str) -> Sequence[str]:
    shown = 12
    names = [area["name"] for area in load.found.get("areas", []) if area["level"] == level]
    return [*names[:shown], *(["…"] if len(names) > shown else [])]


class TableChoiceForm(forms.Form):
    """Which column of a file is what, and where the file comes from."""

    source = forms.CharField(
        label=gettext_lazy("Who made the data"), max_length=200, required=False
    )
    licence = forms.CharField(label=gettext_lazy("Licence"), max_length=100, required=False)
    dated = forms.DateField(
        label=gettext_lazy("Day of the data"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, load: TownLoad, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.load = load
        self.parts = ADDRESS_PARTS if load.kind == TownLoad.Kind.ADDRESSES else ("code", "name")
        columns = [(name, name) for name in load.found.get("columns", [])]
        likely = load.choices.get("map") or load.found.get("guess", {})
        has_shapes = load.found.get("has_shapes", False)
        for part in self.parts:
            if has_shapes and part in ("longitude", "latitude"):
                continue
            is_needed = part in ("code", "name")
            nothing = [] if is_needed else [("", _("no column"))]
            self.fields[f"part_{part}"] = forms.ChoiceField(
                label=PART_LABELS[part], choices=[*nothing, *columns], required=is_needed
            )
            self.initial.setdefault(f"part_{part}", likely.get(part, ""))
        _OWN_FIELDS[TownLoad.Kind(load.kind)](self)
        self.order_fields([name for name in self.fields if name not in _LAST] + list(_LAST))
        for name in _LAST:
            self.initial.setdefault(name, load.choices.get(name, ""))

    def choices(self) -> dict[str, Any]:
        """As the load keeps them."""
        given = self.cleaned_data
        own = {name: given[name] for name in _OWN_NAMES if name in given}
        return {
            "map": {
                part: given[f"part_{part}"] for part in self.parts if given.get(f"part_{part}")
            },
            "source": given["source"],
            "licence": given["licence"],
            "dated": _written(given["dated"]),
            **own,
        }


_LAST = ("source", "licence", "dated")
_OWN_NAMES = ("kind", "is_partition", "mend", "quality")


def _zone_fields(form: TableChoiceForm) -> None:
    town = form.load.municipality
    own = ZoneKind.objects.in_municipality(town).exclude(code=ZoneKind.STREET).order_by("pk")
    known = {kind.code: kind.plural for kind in own}
    usual = {code: dict(_level_choices())[code] for code in KNOWN_KINDS}
    chosen = form.load.choices
    form.fields["kind"] = forms.ChoiceField(
        label=_("What these areas are"), choices=list({**usual, **known}.items())
    )
    form.fields["is_partition"] = forms.BooleanField(
        label=_("They may not overlap"), required=False
    )
    form.fields["mend"] = forms.BooleanField(
        label=_("Mend borders that cross themselves, and list each"), required=False
    )
    form.initial.setdefault("kind", chosen.get("kind", "neighbourhood"))
    form.initial.setdefault("is_partition", chosen.get("is_partition", True))
    form.initial.setdefault("mend", chosen.get("mend", False))


def _address_fields(form: TableChoiceForm) -> None:
    words = {
        "surveyed": _("measured at the door"),
        "interpolated": _("reckoned between two others"),
        "centroid": _("stands for a wider place"),
    }
    form.fields["quality"] = forms.ChoiceField(
        label=_("How the points were found, where no column says it"),
        choices=[(code, words[code]) for code in QUALITIES],
    )
    form.initial.setdefault("quality", form.load.choices.get("quality", "surveyed"))


def _place_fields(form: TableChoiceForm) -> None:
    form.fields["kind"] = forms.SlugField(
        label=_("Kind of place, where no column says it, such as school"), max_length=40
    )
    form.initial.setdefault("kind", form.load.choices.get("kind", "place"))


def _no_fields(form: TableChoiceForm) -> None:
    """Streets need nothing else."""


_OWN_FIELDS = {
    TownLoad.Kind.ZONES: _zone_fields,
    TownLoad.Kind.STREETS: _no_fields,
    TownLoad.Kind.ADDRESSES: _address_fields,
    TownLoad.Kind.PLACES: _place_fields,
}


def _written(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
