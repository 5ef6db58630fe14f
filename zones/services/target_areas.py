"""Composing target areas: trying lines out, saving, freezing, and playing them again."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.crs import STORAGE_SRID
from zones.area_kept import Kept
from zones.area_shapes import Remark, Shaped, shape_kept, shape_recipe
from zones.describe import describe
from zones.models import Municipality, TargetArea
from zones.recipes import Recipe, parse_recipe

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Evaluated:
    """What lines give.

    Attributes:
        geometry: the whole area, EPSG:4326; None when nothing is in it.
        site: what is surrounded, where a line goes around an area; `around` is the rest.
        faults: what the planner must know line by line; the area stands all the same.
    """

    geometry: MultiPolygon | None
    site: MultiPolygon | None
    around: MultiPolygon | None
    area_m2: float
    faults: tuple[Remark, ...]
    kept: Kept


def evaluate(
    *, recipe: Recipe | list[object], municipality: Municipality, on: dt.date
) -> Evaluated:
    """Put lines together without storing anything.

    Args:
        recipe: lines, or what `parse_recipe` makes of them.
        on: civil day whose zones are meant.

    Raises:
        RecipeRefused: a line that cannot be read, or that names what the town does not have.
    """
    lines = recipe if isinstance(recipe, Recipe) else parse_recipe(recipe)
    shaped = shape_recipe(recipe=lines, municipality=municipality, on=on)
    return Evaluated(
        geometry=_multipolygon(shaped.area),
        site=_multipolygon(shaped.site),
        around=_multipolygon(_around(shaped)),
        area_m2=shaped.area_m2,
        faults=shaped.remarks,
        kept=shaped.kept,
    )


@transaction.atomic
def save_area(  # noqa: PLR0913 - who, what, where and when of one row
    *,
    municipality: Municipality,
    name: str,
    recipe: Recipe | list[object],
    on: dt.date,
    actor: "User | None",
    now: dt.datetime,
    area: TargetArea | None = None,
) -> TargetArea:
    """Store a new area, or the lines of one that nothing goes by yet.

    Raises:
        RecipeRefused: as `evaluate`.
        ValidationError: `frozen` when something already goes by the area; `name` without a name.
    """
    lines = recipe if isinstance(recipe, Recipe) else parse_recipe(recipe)
    if area is None:
        area = TargetArea(municipality=municipality, created_at=now, created_by=actor)
    else:
        area = _open_area(municipality, area)
    if not name.strip():
        raise ValidationError({"name": _("Give the area a name.")}, code="name")
    found = evaluate(recipe=lines, municipality=municipality, on=on)
    area.name = name.strip()
    area.recipe = lines.as_json()
    area.on = on
    area.geometry = found.geometry
    area.site = found.site
    area.area_m2 = found.area_m2
    area.words = area_in_words(found.geometry, municipality, on=on)
    area.changed_at = now
    # No lines yet is where everybody begins.
    area.full_clean(exclude=["recipe"], validate_constraints=False)
    area.save()
    return area


@transaction.atomic
def freeze(*, area: TargetArea, now: dt.datetime) -> TargetArea:
    """Fix an area because something goes by it from now on; a frozen one stays as it is.

    What each line stands for is kept beside it, so that the lines give the same area for ever,
    whatever later becomes of zones and addresses.

    Raises:
        ValidationError: `empty` when there is nothing in the area.
    """
    current = TargetArea.objects.select_for_update().get(pk=area.pk)
    if current.frozen_at is not None:
        return current
    lines = parse_recipe(current.recipe)
    found = evaluate(recipe=lines, municipality=current.municipality, on=current.on)
    if found.geometry is None:
        raise ValidationError(
            _("There is nothing in the area “%(name)s”. Add a line to it first."),
            code="empty",
            params={"name": current.name},
        )
    current.geometry = found.geometry
    current.site = found.site
    current.area_m2 = found.area_m2
    current.kept_lines = found.kept.as_json()
    current.words = area_in_words(found.geometry, current.municipality, on=current.on)
    current.frozen_at = now
    current.save()
    return current


def replay(area: TargetArea) -> bool:
    """Whether the lines of an area give its stored shape, corner by corner."""
    lines = parse_recipe(area.recipe)
    if area.frozen_at is None:
        shape = shape_recipe(recipe=lines, municipality=area.municipality, on=area.on).area
    else:
        kept = Kept.of(area.kept_lines)
        shape = shape_kept(recipe=lines, kept=kept, municipality=area.municipality)
    if area.geometry is None:
        return bool(shape.is_empty)
    stored = shapely.from_wkb(bytes(area.geometry.wkb))
    return bool(shapely.equals_exact(stored, shape, tolerance=1e-9, normalize=True))


@transaction.atomic
def copy_area(*, area: TargetArea, name: str, actor: "User | None", now: dt.datetime) -> TargetArea:
    """Make a new area with the same lines, which can be changed."""
    return save_area(
        municipality=area.municipality,
        name=name,
        recipe=parse_recipe(area.recipe),
        on=area.on,
        actor=actor,
        now=now,
    )


@transaction.atomic
def delete_area(*, municipality: Municipality, area: TargetArea) -> None:
    """Throw away an area that nothing goes by.

    Raises:
        ValidationError: `frozen`.
    """
    _open_area(municipality, area).delete()


def area_in_words(
    geometry: GEOSGeometry | None, municipality: Municipality, *, on: dt.date
) -> dict[str, str]:
    """An area in every language of the town; {} for nothing."""
    if geometry is None:
        return {}
    words = {}
    for language in municipality.languages:
        with translation.override(language):
            words[language] = describe(geometry, municipality, on=on)
    return words


def _open_area(municipality: Municipality, area: TargetArea) -> TargetArea:
    current = TargetArea.objects.in_municipality(municipality).select_for_update().get(pk=area.pk)
    if current.frozen_at is not None:
        raise ValidationError(
            _("Something already goes by this area, so it stays as it is. Copy it to change it."),
            code="frozen",
        )
    return current


def _around(shaped: Shaped) -> BaseGeometry:
    if shaped.site.is_empty:
        return shaped.site
    return shapely.difference(shaped.area, shaped.site)


def _multipolygon(shape: BaseGeometry) -> MultiPolygon | None:
    """As the database stores it; None for what has no area."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    if not parts:
        return None
    geometry = GEOSGeometry(memoryview(shapely.MultiPolygon(parts).wkb), srid=STORAGE_SRID)
    if not isinstance(geometry, MultiPolygon):
        raise TypeError(f"a MultiPolygon is wanted, not {geometry.geom_type}")
    return geometry
