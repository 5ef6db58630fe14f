"""Loading an edition of zones: shapes are closed and opened by day, unchanged ones left alone."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon

from accounts.models import User
from geo.crs import project
from zones.importing.rows import KindSpec, Source, ZoneRow
from zones.models import Municipality, Zone, ZoneEdition, ZoneKind, ZoneShape
from zones.services.datasets import dataset_for, kind_for
from zones.services.municipalities import to_geos
from zones.services.register import bump, lock


@dataclass(frozen=True, slots=True)
class NewEdition:
    """What a load brings.

    Attributes:
        rows: every zone of the kind, codes distinct, shapes valid, EPSG:4326.
        valid_from: civil day of the municipality, first day of the new shapes.
        report: quality report, stored with the edition together with what was done.
    """

    kind: KindSpec
    rows: Sequence[ZoneRow]
    source: Source
    valid_from: dt.date
    report: Mapping[str, Any] | None = None


@dataclass(slots=True)
class EditionOutcome:
    """What a load did, as codes of zones; `edition` is missing when there was nothing to do."""

    edition: ZoneEdition | None = None
    opened: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def wrote(self) -> bool:
        """Whether the register is different now."""
        return bool(self.opened or self.replaced or self.closed or self.renamed)

    def as_json(self) -> dict[str, object]:
        """Counts and codes for the stored report."""
        return {
            "opened": self.opened,
            "replaced": self.replaced,
            "closed": self.closed,
            "renamed": self.renamed,
            "unchanged": self.unchanged,
        }


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the register holds of a kind before the load."""

    zones: dict[str, Zone]
    open_shapes: dict[int, ZoneShape]
    last_end: dict[int, dt.date]


@dataclass(frozen=True, slots=True)
class _Load:
    """One load under way: what is fixed for all its rows, and what it did so far."""

    kind: ZoneKind
    edition: ZoneEdition
    standing: _Standing
    outcome: EditionOutcome


@transaction.atomic
def load_zones(
    *,
    municipality: Municipality,
    new: NewEdition,
    now: dt.datetime,
    loaded_by: User | None = None,
) -> EditionOutcome:
    """Make the rows the shapes of their kind from `valid_from` on.

    A changed shape closes the old one on that day and opens the new one; a shape loaded for the
    same day is replaced; a zone that is missing from the rows is closed. Zones with equal shape and
    names are not touched, and a load that changes nothing leaves no trace at all.

    Raises:
        ValidationError: `later_edition` when a shape of the kind already starts after that day.
    """
    lock(municipality)
    zone_kind = kind_for(municipality, new.kind)
    standing = _standing(zone_kind)
    edition = ZoneEdition(
        municipality=municipality,
        kind=zone_kind,
        dataset=dataset_for(municipality, new.source),
        valid_from=new.valid_from,
        loaded_at=now,
        loaded_by=loaded_by,
    )
    load = _Load(zone_kind, edition, standing, EditionOutcome())
    changed = [row for row in new.rows if _needs_writing(load, row)]
    given = {row.code for row in new.rows}
    missing = [
        zone
        for code, zone in standing.zones.items()
        if code not in given and zone.pk in standing.open_shapes
    ]
    if not changed and not missing:
        return load.outcome
    _refuse_before_later_shapes(load, [row.code for row in changed] + [z.code for z in missing])
    edition.save()
    _close(load, missing)
    _open(load, changed, municipality.metric_srid)
    edition.report = {**(new.report or {}), "done": load.outcome.as_json()}
    edition.save(update_fields=["report"])
    load.outcome.edition = edition
    bump(municipality)
    return load.outcome


def same_shape(stored: bytes, given: MultiPolygon) -> bool:
    """Whether two areas have the same corners, wherever their rings start and whichever way round.

    Args:
        stored: well-known binary of the area in the register.
    """
    return bool(
        shapely.equals_exact(
            shapely.normalize(shapely.from_wkb(stored)), shapely.normalize(given), tolerance=0.0
        )
    )


def _standing(kind: ZoneKind) -> _Standing:
    zones = {zone.code: zone for zone in Zone.objects.filter(kind=kind)}
    shapes = ZoneShape.objects.filter(zone__kind=kind).order_by("valid_from")
    open_shapes = {shape.zone_id: shape for shape in shapes if shape.valid_until is None}
    ends = {shape.zone_id: shape.valid_until for shape in shapes if shape.valid_until}
    return _Standing(zones, open_shapes, ends)


def _open_shape(load: _Load, code: str) -> ZoneShape | None:
    zone = load.standing.zones.get(code)
    return load.standing.open_shapes.get(zone.pk) if zone else None


def _needs_writing(load: _Load, row: ZoneRow) -> bool:
    zone = load.standing.zones.get(row.code)
    shape = _open_shape(load, row.code)
    same = shape is not None and same_shape(bytes(shape.geometry.wkb), row.geometry)
    if same and zone is not None and zone.names == dict(row.names):
        load.outcome.unchanged += 1
        return False
    return True


def _refuse_before_later_shapes(load: _Load, codes: Sequence[str]) -> None:
    latest = load.edition.valid_from
    for code in codes:
        shape = _open_shape(load, code)
        zone = load.standing.zones.get(code)
        if shape is not None:
            latest = max(latest, shape.valid_from)
        elif zone is not None:
            latest = max(latest, load.standing.last_end.get(zone.pk, latest))
    if latest > load.edition.valid_from:
        raise ValidationError(
            _("A later edition of these zones starts on %(day)s. Choose that day or a later one."),
            code="later_edition",
            params={"day": latest.isoformat()},
        )


def _close(load: _Load, missing: Sequence[Zone]) -> None:
    """End the shapes of zones the new edition no longer has."""
    for zone in missing:
        shape = load.standing.open_shapes[zone.pk]
        if shape.valid_from == load.edition.valid_from:
            shape.delete()
        else:
            _end(load, shape)
        load.outcome.closed.append(zone.code)


def _end(load: _Load, shape: ZoneShape) -> None:
    ZoneShape.objects.filter(pk=shape.pk).update(valid_until=load.edition.valid_from)


def _open(load: _Load, rows: Sequence[ZoneRow], metric_srid: int) -> None:
    _name(load, rows)
    areas = shapely.area(project(np.array([row.geometry for row in rows], object), metric_srid))
    fresh: list[ZoneShape] = []
    for row, area_m2 in zip(rows, areas, strict=True):
        shape = _open_shape(load, row.code)
        if shape is not None and same_shape(bytes(shape.geometry.wkb), row.geometry):
            continue
        if shape is None:
            load.outcome.opened.append(row.code)
        else:
            load.outcome.replaced.append(row.code)
        if shape is not None and shape.valid_from < load.edition.valid_from:
            _end(load, shape)
            shape = None
        new = shape or ZoneShape(zone=load.standing.zones[row.code])
        new.edition = load.edition
        new.valid_from = load.edition.valid_from
        new.geometry = to_geos(row.geometry)
        new.area_m2 = float(area_m2)
        if new.pk:
            new.save()
        else:
            fresh.append(new)
    ZoneShape.objects.bulk_create(fresh)


def _name(load: _Load, rows: Sequence[ZoneRow]) -> None:
    """Make the zones that are new and give the others the names of the file."""
    new = [row for row in rows if row.code not in load.standing.zones]
    made = Zone.objects.bulk_create(
        [Zone(kind=load.kind, code=row.code, names=dict(row.names)) for row in new]
    )
    load.standing.zones.update({zone.code: zone for zone in made})
    for row in rows:
        zone = load.standing.zones[row.code]
        if zone.names != dict(row.names):
            zone.names = dict(row.names)
            zone.save(update_fields=["names"])
            load.outcome.renamed.append(row.code)
