"""Areas put together line by line: exact by address, exact again after freezing, never changed."""

import datetime as dt
import random
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.crs import project
from tests.factories.zones import (
    CELL,
    SOUTH,
    WEST,
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.area_shapes import numbers_match
from zones.models import Address, Municipality, Street, TargetArea
from zones.recipes import RecipeRefused, Side, StreetPart
from zones.services.target_areas import (
    Evaluated,
    copy_area,
    delete_area,
    evaluate,
    freeze,
    replay,
    save_area,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)
NOW = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
NUMBERS = ["1", "2", "3", "4A", "5", "6-10", "7 bis", "9/1", "12", "FN", ""]


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def made(town: Municipality, *lines: dict[str, Any]) -> Evaluated:
    return evaluate(recipe=list(lines), municipality=town, on=TODAY)


def saved(town: Municipality, *lines: dict[str, Any], **fields: Any) -> TargetArea:
    values = {"name": "Works", "on": TODAY, "actor": None, "now": NOW, **fields}
    return save_area(municipality=town, recipe=list(lines), **values)


def drawn(column: float, row: float, width: float = 1, height: float = 1) -> dict[str, Any]:
    west, south = WEST + column * CELL, SOUTH + row * CELL
    east, north = west + width * CELL, south + height * CELL
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"kind": "shape", "geometry": {"type": "Polygon", "coordinates": [ring]}}


def ground(result: Evaluated) -> Any:
    return shapely.from_wkb(bytes(result.geometry.wkb)) if result.geometry else shapely.Polygon()


def crowd(town: Municipality, seed: int, count: int) -> list[Street]:
    """Addresses of three streets and of none, some at one point, some centimetres apart."""
    choice = random.Random(seed)
    streets = [StreetFactory.create(municipality=town) for _ in range(3)]
    places = [(choice.uniform(0, 3e-3), choice.uniform(0, 3e-3)) for _ in range(count)]
    places += [(x + choice.choice([0, 2e-7, 1e-6]), y) for x, y in places[: count // 4]]
    for x, y in places:
        AddressFactory.create(
            municipality=town,
            street=choice.choice([*streets, None]),
            address_number=choice.choice(NUMBERS),
            location=Point(round(WEST + 0.01 + x, 7), round(SOUTH + 0.01 + y, 7), srid=4326),
        )
    return streets


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 60),
    side=st.sampled_from(["any", "odd", "even"]),
    first=st.sampled_from([None, 2, 5]),
    with_strip=st.booleans(),
)
def test_an_address_is_inside_exactly_if_it_was_chosen(
    seed: int, count: int, side: str, first: int | None, *, with_strip: bool
) -> None:
    with transaction.atomic():
        town = MunicipalityFactory.create()
        street = crowd(town, seed, count)[0]
        if with_strip:
            street.zone = zone_with_shape(
                town, code="s", geometry=square(1, 1, 0.3, 0.1), kind="street"
            )
            street.save()
        line = {"kind": "streets", "street": street.pk, "side": side, "from": first, "to": None}
        part = StreetPart(street.pk, Side(side), first, None)

        area = ground(made(town, line))

        rows = list(Address.objects.in_municipality(town))
        chosen = [
            row.street_id == street.pk and numbers_match(part, row.address_number) for row in rows
        ]
        picked = {
            row.location.coords for row, is_chosen in zip(rows, chosen, strict=True) if is_chosen
        }
        assert area.is_valid
        for row in rows:
            inside = shapely.covers(area, shapely.Point(row.location.coords))
            assert inside == (row.location.coords in picked), row.location.coords
        transaction.set_rollback(True)


def test_what_shares_a_point_is_included_and_told(town: Municipality) -> None:
    street = StreetFactory.create(municipality=town)
    for number in ("1", "2"):
        AddressFactory.create(municipality=town, street=street, address_number=number)

    found = made(town, {"kind": "streets", "street": street.pk, "side": "odd"})

    assert [fault.code for fault in found.faults] == ["same_point"]
    assert found.faults[0].line == 1


@pytest.mark.parametrize(
    ("side", "first", "last", "written", "expected"),
    [
        ("any", None, None, "FN", True),
        ("odd", None, None, "FN", False),
        ("odd", None, None, "13 bis", True),
        ("even", None, None, "13", False),
        ("any", 5, 9, "4", False),
        ("any", 5, 9, "4-6", True),
        ("even", 5, 9, "4-6", True),
        ("any", 5, None, "11A", True),
        ("any", None, 9, "11", False),
    ],
)
def test_numbers_as_people_write_them(
    side: str, first: int | None, last: int | None, written: str, *, expected: bool
) -> None:
    assert numbers_match(StreetPart(1, Side(side), first, last), written) is expected


def test_lines_add_take_away_and_keep(town: Municipality) -> None:
    zone = zone_with_shape(town, code="z", geometry=square(0, 0, 2, 1))
    left, upper = square(0, 0), square(0, 0.5, 2, 1)

    area = ground(
        made(
            town,
            {"kind": "zones", "zones": [zone.pk]},
            {**drawn(1, 0), "op": "subtract"},
            {**drawn(0, 0.5, 2, 1), "op": "keep"},
            {**drawn(3, 3), "muted": True},
        )
    )

    expected = shapely.from_wkb(bytes((left & upper).wkb))
    assert shapely.symmetric_difference(area, expected).area < 1e-9


def test_a_strip_is_measured_in_metres(town: Municipality) -> None:
    point = {"type": "Point", "coordinates": list(spot(2, 2).coords)}

    found = made(town, {"kind": "around", "of": {"geometry": point}, "metres": 60})

    assert found.area_m2 == pytest.approx(3.14159 * 3600, rel=0.01)
    shapes = np.array([ground(found), shapely.Point(spot(2, 2).coords)], dtype=object)
    corners, middle = (shapely.get_coordinates(shape) for shape in project(shapes, 3844))
    assert abs(((corners - middle) ** 2).sum(axis=1) ** 0.5 - 60).max() < 0.01


def test_a_ring_tells_the_site_from_its_surroundings(town: Municipality) -> None:
    site = drawn(1, 1)["geometry"]

    whole = made(town, {"kind": "around", "of": {"geometry": site}, "metres": 100})
    ring = made(
        town, {"kind": "around", "of": {"geometry": site}, "metres": 100, "without_inside": True}
    )

    assert whole.site is not None
    assert whole.around is not None
    assert ring.geometry is not None
    assert ring.site is not None
    assert whole.site.equals_exact(ring.site, 1e-9)
    assert whole.around.sym_difference(ring.geometry).area < 1e-10
    assert not ring.geometry.covers(whole.site.centroid)


def test_nothing_reaches_beyond_the_town(town: Municipality) -> None:
    found = made(town, drawn(3.5, 0, 2, 1), drawn(8, 8))

    assert town.outline is not None
    assert found.geometry is not None
    assert town.outline.buffer(3e-8).covers(found.geometry)
    assert [(fault.line, fault.code) for fault in found.faults] == [(2, "outside")]


def test_slivers_are_left_out(town: Municipality) -> None:
    found = made(town, drawn(0, 0), {**drawn(0.000001, 0, 1, 1), "op": "subtract"})

    assert found.geometry is None


def test_what_the_town_does_not_have_is_refused(town: Municipality) -> None:
    other = StreetFactory.create()
    zone = zone_with_shape(other.municipality, code="z", geometry=square(0, 0))

    for line in ({"kind": "streets", "street": other.pk}, {"kind": "zones", "zones": [zone.pk]}):
        with pytest.raises(RecipeRefused) as refused:
            made(town, drawn(0, 0), line)
        assert refused.value.line == 2


def test_remarks_say_what_adds_nothing(town: Municipality) -> None:
    street = StreetFactory.create(municipality=town)
    zone = zone_with_shape(town, code="z", geometry=square(0, 0), valid_from=dt.date(2026, 7, 1))
    point = {"kind": "shape", "geometry": {"type": "Point", "coordinates": [26.31, 46.91]}}

    found = made(
        town, {"kind": "streets", "street": street.pk}, {"kind": "zones", "zones": [zone.pk]}, point
    )

    assert [fault.code for fault in found.faults] == [
        "no_address",
        "zone_without_shape",
        "no_area",
    ]
    assert found.geometry is None


def test_a_frozen_area_is_the_same_after_the_register_changed(town: Municipality) -> None:
    street = crowd(town, 7, 40)[0]
    lines = (
        {"kind": "streets", "street": street.pk, "side": "odd"},
        {"kind": "around", "of": {"street": street.pk}, "metres": 30},
        {**drawn(1.1, 1.1, 0.05, 0.05), "op": "subtract"},
    )
    area = saved(town, *lines)
    assert replay(area)

    area = freeze(area=area, now=NOW)
    Address.objects.filter(street=street).first().delete()  # type: ignore[union-attr]
    again = TargetArea.objects.get(pk=area.pk)

    assert again.frozen_at == NOW
    assert replay(again)
    assert freeze(area=again, now=NOW + dt.timedelta(days=1)).frozen_at == NOW
    assert made(town, *lines).geometry != again.geometry


def test_a_frozen_area_cannot_be_changed(town: Municipality) -> None:
    area = freeze(area=saved(town, drawn(0, 0)), now=NOW)

    with pytest.raises(ValidationError) as refused:
        saved(town, drawn(1, 1), area=area)
    with pytest.raises(ValidationError):
        delete_area(municipality=town, area=area)
    assert refused.value.code == "frozen"
    changes: list[dict[str, Any]] = [
        {"recipe": []},
        {"geometry": square(1, 1)},
        {"frozen_at": None},
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            TargetArea.objects.filter(pk=area.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        TargetArea.objects.filter(pk=area.pk).delete()
    assert TargetArea.objects.filter(pk=area.pk).update(name="Works on the bridge") == 1


def test_an_empty_area_is_not_frozen(town: Municipality) -> None:
    with pytest.raises(ValidationError) as refused:
        freeze(area=saved(town), now=NOW)

    assert refused.value.code == "empty"


def test_saving_needs_a_name_and_knows_its_words(town: Municipality) -> None:
    zone_with_shape(town, code="Gara", geometry=square(0, 0))

    with pytest.raises(ValidationError):
        saved(town, drawn(0, 0), name=" ")
    area = saved(town, drawn(0, 0))

    assert set(area.words) == {"ro", "en"}
    assert "GARA" in area.words["en"]


def test_an_area_is_copied_and_thrown_away(town: Municipality) -> None:
    area = freeze(area=saved(town, drawn(0, 0)), now=NOW)

    copy = copy_area(area=area, name="Again", actor=None, now=NOW)
    assert (copy.frozen_at, copy.recipe) == (None, area.recipe)
    delete_area(municipality=town, area=copy)

    assert list(TargetArea.objects.values_list("pk", flat=True)) == [area.pk]
