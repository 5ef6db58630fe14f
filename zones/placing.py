"""Places every address of a town in its zones, in bulk; never at the view of a page.

The rule. An address belongs to the street it names (basis "named"), wherever the polygon of that
street lies. Only an address that names no street at all, and other kinds of zone, are answered by
polygon: a point on the edge is covered; of several zones the smallest wins, then the lowest id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from geo.cover import Cover, side_for
from zones import placing_sql
from zones.days import civil_day
from zones.disagreements import disagreeing_addresses
from zones.models import Municipality, ZoneKind
from zones.services.register import bump, lock

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class KindResult:
    """What one pass did for one kind of zone, in addresses."""

    kind_code: str
    placed: int
    unplaced: int
    opened: int
    closed: int
    unchanged: int
    disagreements: int


@dataclass(frozen=True, slots=True)
class PlacingResult:
    """What a placing did, kind by kind."""

    kinds: tuple[KindResult, ...]

    def kind(self, code: str) -> KindResult:
        """The result of one kind; KeyError for one that was not placed."""
        return {one.kind_code: one for one in self.kinds}[code]

    @property
    def changed(self) -> bool:
        """Whether any row was written."""
        return any(one.opened or one.closed for one in self.kinds)


@transaction.atomic
def place_addresses(
    *,
    municipality: Municipality,
    now: dt.datetime,
    kind: ZoneKind | None = None,
    progress: Progress | None = None,
    cover: bool | None = None,
) -> PlacingResult:
    """Bring the placements of all addresses up to the shapes in force on the civil day of `now`.

    One set-based pass per kind. Only addresses whose answer changed are written: the old placement
    ends at `now`, the new one begins then. The register version rises once if anything changed.

    Args:
        municipality: the town, locked against other changes of its register meanwhile.
        now: the moment the new placements begin, timezone-aware.
        kind: one kind only; all kinds of the town otherwise.
        progress: called with (code of the kind, kinds done, kinds in all).
        cover: whether the raster cover answers; the setting MEGDAN_COVER if not said. PostGIS
            alone gives the same answers, more slowly.

    Raises:
        ValidationError: `foreign_kind`, the kind belongs to another town; `placed_later`, a
            placement begins after `now`.
    """
    with_cover = settings.MEGDAN_COVER if cover is None else cover
    kinds = _kinds(municipality, kind)
    lock(municipality)
    placing_sql.pin_plans()
    results = []
    for done, one in enumerate(kinds):
        if progress:
            progress(one.code, done, len(kinds))
        results.append(_place_kind(municipality, one, now, with_cover=with_cover))
    if progress:
        progress("", len(kinds), len(kinds))
    outcome = PlacingResult(tuple(results))
    if outcome.changed:
        bump(municipality)
    return outcome


def _kinds(municipality: Municipality, kind: ZoneKind | None) -> list[ZoneKind]:
    if kind is None:
        kinds = ZoneKind.objects.in_municipality(municipality).belonged_to()
        return list(kinds.order_by("pk"))
    if kind.municipality_id != municipality.pk:
        raise ValidationError(
            _("This kind of zone belongs to another municipality. Choose one of this town."),
            code="foreign_kind",
        )
    return [kind]


def _place_kind(
    municipality: Municipality, kind: ZoneKind, now: dt.datetime, *, with_cover: bool
) -> KindResult:
    on = civil_day(now, municipality.timezone)
    placing_sql.make_change_table()
    decide = _decide_by_cover if with_cover else _decide_by_postgis
    decision = decide(municipality, kind, on)
    closed = placing_sql.close_changed(kind, now) if decision.closing else 0
    if closed != decision.closing:
        raise ValidationError(
            _("Some addresses were placed later than %(now)s. Place them at a later moment.")
            % {"now": now.isoformat()},
            code="placed_later",
        )
    opened = placing_sql.open_changed(kind, now) if decision.changed else 0
    return KindResult(
        kind_code=kind.code,
        placed=decision.placed,
        unplaced=decision.total - decision.placed,
        opened=opened,
        closed=closed,
        unchanged=decision.total - decision.changed,
        disagreements=decision.disagreements,
    )


@dataclass(frozen=True, slots=True)
class _Decision:
    """Numbers of addresses: in all, with a zone, changed, changed that had a zone, disagreeing."""

    total: int
    placed: int
    changed: int
    closing: int
    disagreements: int


def _decide_by_postgis(municipality: Municipality, kind: ZoneKind, on: dt.date) -> _Decision:
    found = placing_sql.find_changes(municipality, kind, on)
    differing = 0
    if kind.code == ZoneKind.STREET:
        differing = disagreeing_addresses(municipality, on).count()
    return _Decision(found.total, found.placed, found.changed, found.closing, differing)


def _decide_by_cover(municipality: Municipality, kind: ZoneKind, on: dt.date) -> _Decision:
    zones, shapes = placing_sql.read_shapes(kind, on)
    rows = placing_sql.read_register(municipality, kind)
    found = Cover.build(shapes.tolist(), side=side_for(rows.address.size)).find(
        rows.longitude, rows.latitude
    )
    # One more place at the end: position -1, no polygon, is zone 0.
    by_polygon = np.append(zones, 0)[found]
    zone = np.where(rows.named == 0, by_polygon, np.maximum(rows.named, 0))
    named = rows.named > 0
    changed = np.flatnonzero(np.where(named, -zone, zone) != rows.current)
    # In the order of the index: written in any other, it costs twice as much.
    changed = changed[np.argsort(rows.address[changed])]
    placing_sql.send_changes(rows.address[changed], zone[changed], named[changed])
    return _Decision(
        total=rows.address.size,
        placed=int(np.count_nonzero(zone)),
        changed=changed.size,
        closing=int(np.count_nonzero(rows.current[changed])),
        disagreements=_count_disagreements(rows, by_polygon, zones, shapes),
    )


def _count_disagreements(
    rows: placing_sql.RegisterRows,
    by_polygon: NDArray[np.int64],
    zones: NDArray[np.int64],
    shapes: NDArray[np.object_],
) -> int:
    """Count as `disagreements` lists: the named street's own polygon does not cover the address."""
    differing = np.flatnonzero((rows.named > 0) & (rows.named != by_polygon))
    if not differing.size:
        return 0
    shape_of = dict(zip(zones.tolist(), shapes, strict=True))
    own = np.array([shape_of.get(zone) for zone in rows.named[differing].tolist()], dtype=object)
    covered = shapely.intersects_xy(own, rows.longitude[differing], rows.latitude[differing])
    has_shape = ~shapely.is_missing(own)
    return int(np.count_nonzero(~covered & (has_shape | (by_polygon[differing] != 0))))
