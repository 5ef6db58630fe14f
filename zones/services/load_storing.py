"""Stores a file for the register by the loads that commands use; a trial rolls all of it back."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zones.days import civil_day
from zones.importing.fields import ZoneFields, address_rows, place_rows, street_rows
from zones.importing.osm import ATTRIBUTION, LICENCE
from zones.importing.quality import Ground
from zones.importing.reading import require_fields
from zones.importing.report import grouped, sentences
from zones.importing.rows import AddressRow, Change, KindSpec, Refusal, Source
from zones.importing.zone_file import judge_records
from zones.models import TownLoad, ZoneEdition, ZoneKind
from zones.services.editions import EditionOutcome, NewEdition, load_zones
from zones.services.load_contents import extract_of, outline_chosen, records_of, town_outline
from zones.services.municipalities import set_outline
from zones.services.osm import BLOCK, NEIGHBOURHOOD, SETTLEMENT, OsmOrder, load_osm
from zones.services.registers import load_addresses, load_places, load_streets
from zones.services.street_areas import derive_street_areas

Say = Callable[[str], None]
Report = dict[str, Any]

KNOWN_KINDS = {spec.code: spec for spec in (NEIGHBOURHOOD, SETTLEMENT, BLOCK)}
SHOWN_ROWS = 100
SHOWN_EXAMPLES = 5


class FaultyZonesError(ValidationError):
    """A file of zones whose quality report refuses it."""


def store(*, load: TownLoad, now: dt.datetime, say: Say) -> Report:
    """Bring the register up to date by the file; the caller's transaction decides whether it stays.

    Returns:
        What was done, as plain values: `rows`, `zones`, `refused`, `findings`, `outside`.

    Raises:
        ValidationError: with sentences, when nothing of the file can be taken.
    """
    report = _BY_KIND[TownLoad.Kind(load.kind)](load, now, say)
    report["findings"] = _findings(load)
    return report


def _extract(load: TownLoad, now: dt.datetime, say: Say) -> Report:
    town, choices = load.municipality, load.choices
    say("reading")
    if choices.get("outline"):
        everything = extract_of(load, None)
        border = outline_chosen(everything, choices["outline"])
        if border is not None:
            set_outline(municipality=town, outline=border, actor=load.handed_in_by, now=now)
    extract = extract_of(load, town_outline(load))
    say("storing")
    outcome = load_osm(
        municipality=town,
        extract=extract,
        order=OsmOrder(
            Source(
                source=f"OpenStreetMap, {load.name}",
                licence=LICENCE,
                attribution=ATTRIBUTION,
                url="https://www.openstreetmap.org/copyright",
                dated_on=_day(choices.get("dated")),
            ),
            civil_day(now, town.timezone),
            choices.get("levels", {}),
        ),
        now=now,
        loaded_by=load.handed_in_by,
    )
    changes = {
        "streets": outcome.streets,
        "addresses": outcome.addresses,
        "places": outcome.places,
    }
    return _report(changes, outcome.zones, extract.refused)


def _zones(load: TownLoad, now: dt.datetime, say: Say) -> Report:
    town, choices = load.municipality, load.choices
    say("reading")
    records = records_of(load)
    kind = _kind(load, choices)
    outline = town_outline(load)
    file = judge_records(
        records,
        _columns(load),
        Ground(town.metric_srid, outline),
        is_partition=kind.is_partition,
        mend=bool(choices.get("mend")),
    )
    if not file.is_loadable:
        raise FaultyZonesError(sentences([finding.as_json() for finding in file.findings]))
    say("storing")
    outcome = load_zones(
        municipality=town,
        new=NewEdition(
            kind, file.rows, _source(load), civil_day(now, town.timezone), file.as_json()
        ),
        now=now,
        loaded_by=load.handed_in_by,
    )
    return _report({}, {kind.code: outcome}, [])


def _streets(load: TownLoad, now: dt.datetime, say: Say) -> Report:
    town = load.municipality
    say("reading")
    records = records_of(load)
    columns = _columns(load)
    require_fields(records, [columns.code, *columns.names.values()])
    rows, refused = street_rows(records, columns, town.languages[0])
    _require_rows(rows, refused)
    say("storing")
    change = load_streets(municipality=town, rows=rows, source=_source(load))
    say("areas")
    areas = derive_street_areas(
        municipality=town, valid_from=civil_day(now, town.timezone), now=now
    )
    return _report({"streets": change}, {ZoneKind.STREET: areas}, refused)


def _addresses(load: TownLoad, now: dt.datetime, say: Say) -> Report:
    town, choices = load.municipality, load.choices
    say("reading")
    records = records_of(load)
    columns = {part: column for part, column in choices.get("map", {}).items() if column}
    require_fields(records, list(columns.values()))
    rows, refused = address_rows(records, columns, choices.get("quality") or "surveyed")
    _require_rows(rows, refused)
    say("storing")
    change = load_addresses(municipality=town, rows=rows, source=_source(load))
    say("areas")
    areas = derive_street_areas(
        municipality=town, valid_from=civil_day(now, town.timezone), now=now
    )
    report = _report({"addresses": change}, {ZoneKind.STREET: areas}, refused)
    return {**report, **_outside(load, rows)}


def _places(load: TownLoad, now: dt.datetime, say: Say) -> Report:
    say("reading")
    records = records_of(load)
    columns = _columns(load)
    require_fields(records, [columns.code, *columns.names.values()])
    rows, refused = place_rows(records, columns, load.choices.get("kind") or "place")
    _require_rows(rows, refused)
    say("storing")
    change = load_places(municipality=load.municipality, rows=rows, source=_source(load))
    return _report({"places": change}, {}, refused)


_BY_KIND: Mapping[TownLoad.Kind, Callable[[TownLoad, dt.datetime, Say], Report]] = {
    TownLoad.Kind.OSM: _extract,
    TownLoad.Kind.ZONES: _zones,
    TownLoad.Kind.STREETS: _streets,
    TownLoad.Kind.ADDRESSES: _addresses,
    TownLoad.Kind.PLACES: _places,
}


def _columns(load: TownLoad) -> ZoneFields:
    """Which columns hold the code and the name in the town's first language."""
    chosen = load.choices.get("map", {})
    first = load.municipality.languages[0]
    return ZoneFields(chosen.get("code", ""), {first: chosen.get("name", "")})


def _kind(load: TownLoad, choices: Mapping[str, Any]) -> KindSpec:
    """The kind as the town has it, else as everybody calls it."""
    code = choices.get("kind") or NEIGHBOURHOOD.code
    known = ZoneKind.objects.in_municipality(load.municipality).filter(code=code).first()
    is_partition = bool(choices.get("is_partition"))
    if known is not None:
        return KindSpec(code, known.names, is_partition or known.is_partition, known.plurals)
    spec = KNOWN_KINDS.get(code) or KindSpec(code, {"en": code.replace("-", " ").capitalize()})
    return KindSpec(code, spec.names, is_partition, spec.plurals)


def _source(load: TownLoad) -> Source:
    said = load.choices
    return Source(
        source=said.get("source") or load.name,
        licence=said.get("licence") or "not stated",
        attribution=said.get("attribution", ""),
        dated_on=_day(said.get("dated")),
        is_synthetic=bool(said.get("is_synthetic")),
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _require_rows(rows: Sequence[object], refused: Sequence[Refusal]) -> None:
    if rows:
        return
    sentence = _("No row could be taken. Look at which column is what.")
    raise ValidationError([sentence, *(_said(row) for row in refused[:SHOWN_ROWS])])


def _said(row: Refusal) -> str:
    return _("Line %(line)d: %(reason)s") % {"line": row.line, "reason": row.reason}


def _report(
    changes: Mapping[str, Change], zones: Mapping[str, EditionOutcome], refused: Sequence[Refusal]
) -> Report:
    left_out = [*refused, *(row for change in changes.values() for row in change.refused)]
    return {
        "rows": [
            {
                "what": what,
                "added": change.added,
                "changed": change.changed,
                "removed": change.removed,
                "unchanged": change.unchanged,
            }
            for what, change in changes.items()
        ],
        "zones": [
            {
                "kind": kind,
                "added": len(outcome.opened),
                "changed": len(outcome.replaced) + len(outcome.renamed),
                "removed": len(outcome.closed),
                "unchanged": outcome.unchanged,
            }
            for kind, outcome in zones.items()
        ],
        "refused": [{"line": row.line, "reason": row.reason} for row in left_out[:SHOWN_ROWS]],
        "refused_count": len(left_out),
    }


def _outside(load: TownLoad, rows: Sequence[AddressRow]) -> Report:
    """Addresses beyond the outline are kept, since outlines are rough; but they are told."""
    outline = town_outline(load)
    if outline is None:
        return {}
    inside = shapely.covers(outline, [row.location for row in rows])
    return {"outside": len(rows) - int(inside.sum())}


def _findings(load: TownLoad) -> list[dict[str, Any]]:
    """What the quality report says of the newest state of each kind this file could touch."""
    if load.kind not in (TownLoad.Kind.OSM, TownLoad.Kind.ZONES):
        return []
    editions = (
        ZoneEdition.objects.in_municipality(load.municipality)
        .newest_of_each_kind()
        .select_related("kind")
    )
    return [
        {
            "kind": edition.kind.code,
            "level": group.level,
            "title": str(group.title),
            "count": group.count,
            "examples": list(group.examples),
        }
        for edition in editions
        for group in grouped(edition.report.get("findings", []), SHOWN_EXAMPLES)
    ]
