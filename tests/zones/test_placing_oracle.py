"""Bulk placing, the ORM's `covers` and shapely's brute force agree: random towns and the demo."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import connection
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.demo_town import DemoTown, load_demo_town
from tests.factories.zones import (
    DatasetFactory,
    MunicipalityFactory,
    ZoneEditionFactory,
    ZoneKindFactory,
)
from zones import placing_sql
from zones.disagreements import disagreements
from zones.models import Address, AddressPlacement, Municipality, Zone, ZoneKind, ZoneShape
from zones.placing import place_addresses
from zones.querysets import ZoneShapeQuerySet

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
DEMO_TOWNS = sorted((Path(settings.BASE_DIR) / "fixtures" / "geojson").glob("*/town.json"))

KIND = "neighbourhood"

# Coordinates of the random towns are multiples of 1/1024 degree: exact in binary, so that middles
# of edges lie exactly on them for every predicate, PostGIS's own one included.
STEP = 1 / 1024
WEST, SOUTH, SIZE = 26.25, 46.875, 16


def area(*corners: tuple[float, float]) -> shapely.Polygon:
    """A polygon from corners counted in steps of the lattice."""
    return shapely.Polygon([(WEST + x * STEP, SOUTH + y * STEP) for x, y in corners])


def minus(whole: shapely.Polygon, part: shapely.Polygon) -> shapely.Polygon:
    rest = whole.difference(part)
    return rest if isinstance(rest, shapely.Polygon) else whole


def rectangle(west: int, south: int, width: int, height: int) -> shapely.Polygon:
    east, north = west + width, south + height
    return area((west, south), (east, south), (east, north), (west, north))


@st.composite
def towns(draw: st.DrawFn) -> list[shapely.Polygon]:
    """A partition cut by slanted lines, with overlaps, a hole and sometimes its enclave."""
    cuts = [0, *sorted(draw(st.sets(st.integers(2, SIZE - 2), max_size=4))), SIZE]
    lean = draw(st.integers(-1, 1))
    leans = [0, *[lean] * (len(cuts) - 2), 0]
    polygons = [
        area((a, 0), (b, 0), (b + lean_b, SIZE), (a + lean_a, SIZE))
        for a, b, lean_a, lean_b in zip(cuts, cuts[1:], leans, leans[1:], strict=False)
    ]
    inside = rectangle(1, 1, *draw(st.tuples(st.integers(1, 3), st.integers(1, 8))))
    if draw(st.booleans()):
        polygons[0] = minus(polygons[0], inside)
    if draw(st.booleans()):
        polygons.append(inside)
    spans = st.tuples(*[st.integers(0, SIZE - 1)] * 2, *[st.integers(1, SIZE)] * 2)
    polygons += [rectangle(*span) for span in draw(st.lists(spans, max_size=4))]
    return [polygon for polygon in polygons if polygon.is_valid and polygon.area > 0]


def telling_points(polygons: list[shapely.Polygon], seed: int) -> list[Point]:
    """Vertices, middles of edges, and lattice points and random ones all over the town."""
    random = np.random.default_rng(seed)
    rings = [shapely.get_coordinates(polygon) for polygon in polygons]
    middles = [(ring[1:] + ring[:-1]) / 2 for ring in rings]
    lattice = random.integers(-2, 2 * SIZE + 4, (20, 2)) * (STEP / 2) + (WEST, SOUTH)
    anywhere = random.uniform(-1, SIZE + 1, (20, 2)) * STEP + (WEST, SOUTH)
    every = np.unique(np.concatenate([*rings, *middles, lattice, anywhere]), axis=0)
    return [Point(x, y, srid=4326) for x, y in every.tolist()]


def store(polygons: list[shapely.Polygon], points: list[Point]) -> Municipality:
    town = MunicipalityFactory.create(outline=None)
    kind = ZoneKindFactory.create(municipality=town)
    edition = ZoneEditionFactory.create(kind=kind)
    for index, polygon in enumerate(polygons):
        ZoneShape.objects.create(
            zone=Zone.objects.create(kind=kind, code=str(index), names={"en": str(index)}),
            edition=edition,
            geometry=MultiPolygon(GEOSGeometry(polygon.wkb.hex(), srid=4326), srid=4326),
            # In squares of the lattice, so that equal areas are exactly equal.
            area_m2=round(polygon.area / STEP**2, 6),
            valid_from=TODAY,
        )
    dataset = DatasetFactory.create(municipality=town)
    Address.objects.bulk_create(
        Address(municipality=town, dataset=dataset, source_key=str(index), location=point)
        for index, point in enumerate(points)
    )
    return town


def placed(town: Municipality, kind: str = KIND) -> dict[int, int | None]:
    """Address -> zone as the table of placements says."""
    zones = dict(
        AddressPlacement.objects.in_municipality(town)
        .current()
        .filter(kind__code=kind)
        .values_list("address", "zone")
    )
    every = Address.objects.in_municipality(town).values_list("pk", flat=True)
    return {pk: zones.get(pk) for pk in every}


def addresses(town: Municipality) -> dict[int, Point]:
    return dict(Address.objects.in_municipality(town).values_list("pk", "location"))


def shapes_in_force(town: Municipality, kind: str = KIND) -> ZoneShapeQuerySet:
    return ZoneShape.objects.in_municipality(town).of_kind(kind).in_force(TODAY)


def by_orm(town: Municipality) -> dict[int, int | None]:
    """The slow way: one `covers` query for each address."""
    return {
        pk: shapes_in_force(town).covering(point).values_list("zone_id", flat=True).first()
        for pk, point in addresses(town).items()
    }


def by_shapely(town: Municipality, kind: str = KIND) -> dict[int, int | None]:
    """Brute force: every address against every polygon, smallest area first, then lowest id.

    Only what cannot be inside, because it lies outside the polygon's box, is not asked.
    """
    located = dict(Address.objects.in_municipality(town).values_list("pk", AsWKB("location")))
    answer: dict[int, int | None] = dict.fromkeys(located)
    keys = np.array(list(located))
    points = shapely.from_wkb([bytes(point) for point in located.values()])
    in_order = shapes_in_force(town, kind).order_by("-area_m2", "-zone_id")
    for shape in in_order:
        polygon = shapely.from_wkb(bytes(shape.geometry.wkb))
        near = np.flatnonzero(shapely.covers(shapely.box(*polygon.bounds), points))
        covered = near[shapely.covers(polygon, points[near])]
        answer.update(dict.fromkeys(keys[covered].tolist(), shape.zone_id))
    return answer


@pytest.mark.slow
class RandomTowns(TestCase):
    """Each example runs in a transaction of its own."""

    @hypothesis_settings(
        max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(polygons=towns(), seed=st.integers(0, 1000))
    @example(polygons=[rectangle(0, 0, 4, 4), rectangle(4, 0, 4, 4)], seed=0)
    @example(polygons=[rectangle(0, 0, 8, 8), rectangle(2, 2, 2, 2)], seed=0)
    def test_all_ways_agree(self, polygons: list[shapely.Polygon], seed: int) -> None:
        town = store(polygons, telling_points(polygons, seed))
        place_addresses(municipality=town, now=NOW, cover=True)
        with_cover = placed(town)
        assert with_cover == by_orm(town) == by_shapely(town)
        # PostGIS alone finds nothing to change in it, and from scratch the same.
        assert not place_addresses(municipality=town, now=NOW, cover=False).changed
        AddressPlacement.objects.in_municipality(town).delete()
        place_addresses(municipality=town, now=NOW, cover=False)
        assert placed(town) == with_cover


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("path", DEMO_TOWNS, ids=lambda path: path.parent.name)
def test_the_demo_towns_are_placed_as_brute_force_says(path: Path) -> None:
    folder = DemoTown.read(path.parent)
    # Addresses are what is placed here; sites, signs and ratings are tested elsewhere.
    nothing = {"sites": [], "has_entrance_sites": False, "signs": [], "ratings": ""}
    only_map = replace(folder, facts={**folder.facts, **nothing})
    load_demo_town(town=only_map, now=NOW, say=lambda _line: None)
    town = Municipality.objects.get(slug=path.parent.name)
    AddressPlacement.objects.in_municipality(town).delete()
    result = place_addresses(municipality=town, now=NOW, cover=True)
    for kind in (one.kind_code for one in result.kinds if one.kind_code != "street"):
        assert placed(town, kind) == by_shapely(town, kind)
    rows = Address.objects.in_municipality(town).values_list(
        "pk", "street__zone", "street", "thoroughfare"
    )
    by_strip = by_shapely(town, "street")
    assert placed(town, "street") == {
        pk: zone if street or thoroughfare else by_strip[pk]
        for pk, zone, street, thoroughfare in rows
    }
    assert result.kind("street").disagreements == len(disagreements(municipality=town, on=TODAY))
    again = place_addresses(municipality=town, now=NOW, cover=False)
    assert not again.changed
    assert [one.disagreements for one in again.kinds] == [one.disagreements for one in result.kinds]


@pytest.mark.django_db
def test_polygons_stay_outside_the_loop_where_statistics_say_nothing() -> None:
    """Asked address by address, PostGIS prepares no polygon: seconds become minutes."""
    town = store([rectangle(0, 0, 8, 8), rectangle(8, 0, 8, 8)], [])
    kind = ZoneKind.objects.get(municipality=town)
    values: dict[str, int | dt.date] = {
        "kind": kind.pk,
        "municipality": town.pk,
        "on": TODAY,
    }
    with connection.cursor() as cursor:
        # As statistics of an empty register make the planner see it: the index is not worth it.
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
        query = placing_sql.ANSWER.partition(" AS\n")[2]
        cursor.execute(f"EXPLAIN {query}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Join Filter: st_covers" not in plan
    assert plan.index("on zones_zoneshape") < plan.index("on zones_address ")
