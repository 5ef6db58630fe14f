"""Founding a town and drawing its outline; its look and modules are set elsewhere."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import MultiPolygon as GeosMultiPolygon
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry import MultiPolygon

from geo.crs import STORAGE_SRID
from zones.grids import suggested_grid
from zones.models import Address, Municipality, Street, ZoneShape
from zones.services.history import Subject, record_change
from zones.services.register import bump

if TYPE_CHECKING:
    from accounts.models import User


def to_geos(geometry: MultiPolygon) -> GeosMultiPolygon:
    """The same shape as the database layer wants it, EPSG:4326."""
    stored = GEOSGeometry(memoryview(geometry.wkb), srid=STORAGE_SRID)
    if not isinstance(stored, GeosMultiPolygon):
        raise TypeError(f"{stored.geom_type} is not a MultiPolygon")
    return stored


@dataclass(frozen=True, slots=True)
class TownFacts:
    """What is known of a town from the start; an empty accent keeps the colour it has."""

    slug: str
    names: Mapping[str, str]
    country: str
    timezone: str
    languages: Sequence[str]
    metric_srid: int
    accent: str = ""


@transaction.atomic
def create_municipality(*, facts: TownFacts, outline: MultiPolygon | None = None) -> Municipality:
    """Make a town or bring an existing one of the same short name up to date.

    Args:
        outline: EPSG:4326; None keeps the one a town has.

    Raises:
        ValidationError: `not_metric` for a system that does not measure in metres, and whatever
            the model refuses.
    """
    _require_metres(facts.metric_srid)
    municipality = Municipality.objects.filter(slug=facts.slug).first()
    municipality = municipality or Municipality(slug=facts.slug)
    before = _facts(municipality)
    municipality.names = dict(facts.names)
    municipality.country = facts.country
    municipality.timezone = facts.timezone
    municipality.languages = list(facts.languages)
    municipality.metric_srid = facts.metric_srid
    municipality.accent = facts.accent or municipality.accent
    if outline is not None:
        municipality.outline = to_geos(outline)
    if municipality.pk and _facts(municipality) == before:
        return municipality
    # Django cannot check the constraints of a geometry that is missing; the database can.
    municipality.full_clean(validate_constraints=municipality.outline is not None)
    known = municipality.pk is not None
    municipality.save()
    if known:
        bump(municipality)
    return municipality


@transaction.atomic
def set_outline(
    *, municipality: Municipality, outline: MultiPolygon, actor: "User | None", now: dt.datetime
) -> Municipality:
    """Draw the border of a town; while the register is empty the metric grid follows the place.

    Args:
        outline: EPSG:4326, valid.

    Raises:
        ValidationError: whatever the model refuses.
    """
    town = Municipality.objects.select_for_update().get(pk=municipality.pk)
    before = _outline_values(town)
    town.outline = to_geos(outline)
    if _is_empty(town):
        middle = outline.representative_point()
        town.metric_srid = suggested_grid(town.country, middle.x, middle.y)
    town.full_clean(exclude=["arms"])
    town.save(update_fields=["outline", "metric_srid"])
    bump(town)
    record_change(
        municipality=town,
        subject=Subject("town", town.slug, town.name),
        before=before,
        after=_outline_values(town),
        actor=actor,
        now=now,
    )
    municipality.refresh_from_db()
    return town


def _is_empty(town: Municipality) -> bool:
    rows = (Address, Street, ZoneShape)
    return not any(model.objects.in_municipality(town).exists() for model in rows)


def _outline_values(town: Municipality) -> dict[str, object]:
    """The border in a few figures: a history of settings holds no shapes."""
    box = [round(edge, 5) for edge in town.outline.extent] if town.outline else []
    return {"outline_box": box, "metric_srid": town.metric_srid}


def _facts(municipality: Municipality) -> tuple[object, ...]:
    outline = municipality.outline
    return (
        municipality.names,
        municipality.country,
        municipality.timezone,
        municipality.languages,
        municipality.metric_srid,
        municipality.accent,
        bytes(outline.wkb) if outline else b"",
    )


def _require_metres(srid: int) -> None:
    try:
        system = CRS.from_epsg(srid)
        metric = system.is_projected and all(axis.unit_name == "metre" for axis in system.axis_info)
    except CRSError:
        metric = False
    if not metric:
        raise ValidationError(
            _("EPSG:%(srid)d does not measure in metres. Give the code of the national grid."),
            code="not_metric",
            params={"srid": srid},
        )
