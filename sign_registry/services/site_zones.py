"""Finds the zones of sites from their place, in one statement, and keeps what the town decided."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from departments.models import Membership
from sign_registry.models import Site, SiteZone
from sign_registry.querysets import SiteZoneQuerySet
from zones.days import civil_day
from zones.models import Municipality, Zone
from zones.services.history import Subject, record_change
from zones.services.register import lock

LEAST_SHARE = 0.01
"""Metres of a line, square metres of an area: less than this is a touch and not a share."""

_WANTED = """
    WITH ground AS (
        SELECT site.id AS site_id,
               COALESCE(site.geometry, centre.geometry) AS geometry,
               COALESCE(site.address_id, centre.address_id) AS address_id
        FROM sign_registry_site AS site
        LEFT JOIN sign_registry_site AS centre
            ON centre.id = site.parent_id AND site.kind = 'counter'
        WHERE site.municipality_id = %(town)s AND (%(every)s OR site.id = ANY(%(sites)s))
          AND NOT (site.kind = 'vehicle')
    ), shape AS (
        SELECT shape.zone_id, shape.geometry, shape.area_m2, kind.id AS kind_id, kind.code,
               kind.is_partition
        FROM zones_zoneshape AS shape
        JOIN zones_zone AS zone ON zone.id = shape.zone_id
        JOIN zones_zonekind AS kind ON kind.id = zone.kind_id
        WHERE kind.municipality_id = %(town)s AND kind.code <> 'built'
          AND shape.valid_from <= %(on)s
          AND (shape.valid_until IS NULL OR shape.valid_until > %(on)s)
    ), named AS (
        SELECT ground.site_id, placement.kind_id, placement.zone_id
        FROM ground
        JOIN zones_addressplacement AS placement ON placement.address_id = ground.address_id
        JOIN zones_zonekind AS kind ON kind.id = placement.kind_id AND kind.code = 'street'
        WHERE placement.valid_until IS NULL
    ), touched AS (
        SELECT ground.site_id, shape.kind_id, shape.zone_id, shape.area_m2, shape.is_partition,
               ST_Dimension(ground.geometry) AS dimension,
               CASE ST_Dimension(ground.geometry)
                   WHEN 1 THEN
                       ST_Length(ST_Intersection(shape.geometry, ground.geometry)::geography)
                   WHEN 2 THEN
                       ST_Area(ST_Intersection(shape.geometry, ground.geometry)::geography)
                   ELSE 0
               END AS share
        FROM ground JOIN shape ON ST_Intersects(shape.geometry, ground.geometry)
        WHERE NOT (shape.code = 'street' AND ground.address_id IS NOT NULL)
    ), ranked AS (
        SELECT touched.*, row_number() OVER (
            PARTITION BY site_id, kind_id
            ORDER BY round(share::numeric, 2) DESC, area_m2, zone_id
        ) AS place
        FROM touched WHERE dimension = 0 OR share >= %(least)s
    ), wanted AS (
        SELECT site_id, kind_id, zone_id FROM ranked
        WHERE place = 1 OR (dimension > 0 AND NOT is_partition)
        UNION SELECT site_id, kind_id, zone_id FROM named
    ), open AS (
        SELECT wanted.* FROM wanted WHERE NOT EXISTS (
            SELECT FROM sign_registry_sitezone AS decided
            WHERE decided.site_id = wanted.site_id AND decided.kind_id = wanted.kind_id
              AND decided.basis = 'override'
        )
    )
"""
_REMOVE = f"""{_WANTED}
    DELETE FROM sign_registry_sitezone AS held
    USING sign_registry_site AS site
    WHERE site.id = held.site_id AND site.municipality_id = %(town)s
      AND (%(every)s OR site.id = ANY(%(sites)s))
      AND held.basis = 'geometry'
      AND NOT EXISTS (
        SELECT FROM open WHERE open.site_id = held.site_id AND open.zone_id = held.zone_id
      )
"""  # noqa: S608 - joins constants of this module
_ADD = f"""{_WANTED}
    INSERT INTO sign_registry_sitezone (site_id, kind_id, zone_id, basis, reason)
    SELECT site_id, kind_id, zone_id, 'geometry', '' FROM open
    ON CONFLICT (site_id, kind_id, zone_id) DO NOTHING
"""  # noqa: S608 - joins constants of this module


@dataclass(frozen=True, slots=True)
class PlacedSites:
    """What a placing did: zones added to sites and taken from them, and sites left without any."""

    added: int
    removed: int
    unplaced: int


@transaction.atomic
def place_sites(
    *, municipality: Municipality, now: dt.datetime, only: Collection[int] | None = None
) -> PlacedSites:
    """Bring the zones of all sites up to the shapes in force on the civil day of `now`.

    A point belongs to what covers it; of several zones of a kind the smallest wins, then the
    lowest id. A line or an area belongs to the zone of a partition that has the largest share of
    it, and to every zone of other kinds that has a share of it. A counter lies where its centre
    does; a vehicle lies nowhere. A site at an address of the register belongs to the street that
    address belongs to. What the town decided itself stays.

    Args:
        only: keys of some sites; all sites of the town otherwise.
    """
    lock(municipality)
    values: dict[str, Any] = {
        "town": municipality.pk,
        "on": civil_day(now, municipality.timezone),
        "every": only is None,
        "sites": list(only or ()),
        "least": LEAST_SHARE,
    }
    # Raw SQL: one set-based pass over shares of shapes, which the ORM has no words for; the tests
    # hold it against shapely's slow answer.
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, values)
        removed = cursor.rowcount
        cursor.execute(_ADD, values)
        added = cursor.rowcount
    sites = Site.objects.in_municipality(municipality).exclude(kind=Site.Kind.VEHICLE)
    if only is not None:
        sites = sites.filter(pk__in=only)
    return PlacedSites(added, removed, sites.without_zone().count())


@transaction.atomic
def override_zone(
    *, site: Site, zone: Zone, reason: str, actor: Membership, now: dt.datetime
) -> SiteZone:
    """Decide which zone of one kind a site belongs to, whatever its place says; it stays so.

    Raises:
        ValidationError: `foreign_zone`, `no_reason`.
    """
    if zone.kind.municipality_id != site.municipality_id:
        raise ValidationError(
            _("This zone belongs to another municipality. Choose one of this town."),
            code="foreign_zone",
        )
    if not reason.strip():
        raise ValidationError(
            {"reason": ValidationError(_("Write why the town decided so."), code="no_reason")}
        )
    lock(site.municipality)
    held = SiteZone.objects.filter(site=site, kind=zone.kind)
    before = _as_set(held)
    held.delete()
    decided = SiteZone(
        site=site,
        kind=zone.kind,
        zone=zone,
        basis=SiteZone.Basis.OVERRIDE,
        reason=reason.strip(),
    )
    decided.full_clean()
    decided.save()
    _record(site, before, {"zone": zone.code, "reason": decided.reason}, actor, now)
    return decided


@transaction.atomic
def withdraw_override(*, decided: SiteZone, actor: Membership, now: dt.datetime) -> None:
    """Let the place of a site say again which zone of that kind it belongs to."""
    site = decided.site
    lock(site.municipality)
    before = _as_set(SiteZone.objects.filter(pk=decided.pk))
    decided.delete()
    place_sites(municipality=site.municipality, now=now, only=[site.pk])
    _record(site, before, None, actor, now)


def _as_set(held: SiteZoneQuerySet) -> dict[str, str] | None:
    """The decision in force as plain values; what the place says is no decision."""
    row = held.filter(basis=SiteZone.Basis.OVERRIDE).select_related("zone").first()
    return {"zone": row.zone.code, "reason": row.reason} if row else None


def _record(
    site: Site,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
    actor: Membership,
    now: dt.datetime,
) -> None:
    record_change(
        municipality=site.municipality,
        subject=Subject("site_zone", site.code, site.name),
        before=before,
        after=after,
        actor=actor.user,
        now=now,
    )
