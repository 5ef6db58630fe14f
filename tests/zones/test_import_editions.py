"""An edition closes and opens shapes by day, and leaves no trace when nothing is new."""

import datetime as dt

import pytest
import shapely
from django.core.exceptions import ValidationError
from shapely.geometry import MultiPolygon

from tests.factories.zones import MunicipalityFactory, square
from zones.importing.rows import KindSpec, Source, ZoneRow
from zones.models import Municipality, Zone, ZoneEdition, ZoneShape
from zones.services.editions import EditionOutcome, NewEdition, load_zones

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)
SPRING, SUMMER = dt.date(2026, 5, 1), dt.date(2026, 7, 1)
KIND = KindSpec("neighbourhood", {"ro": "Cartier"}, is_partition=True)
SOURCE = Source("Town hall", "CC0-1.0")


def shape(column: float, row: float) -> MultiPolygon:
    found = shapely.from_wkb(bytes(square(column, row).wkb))
    assert isinstance(found, MultiPolygon)
    return found


def zone(code: str, geometry: MultiPolygon, name: str = "") -> ZoneRow:
    return ZoneRow(1, code, {"ro": name or code.upper()}, geometry)


def load(town: Municipality, *rows: ZoneRow, valid_from: dt.date = SPRING) -> EditionOutcome:
    return load_zones(
        municipality=town,
        new=NewEdition(KIND, rows, SOURCE, valid_from, {"findings": []}),
        now=NOW,
    )


def spans(code: str) -> list[tuple[dt.date, dt.date | None]]:
    shapes = ZoneShape.objects.filter(zone__code=code).order_by("valid_from")
    return list(shapes.values_list("valid_from", "valid_until"))


def test_a_first_load_opens_shapes_and_measures_them() -> None:
    town = MunicipalityFactory.create()
    outcome = load(town, zone("a", shape(0, 0)))
    assert outcome.opened == ["a"]
    assert outcome.edition is not None
    assert outcome.edition.report["done"]["opened"] == ["a"]
    (stored,) = ZoneShape.objects.all()
    assert stored.area_m2 == pytest.approx(0.01 * 76_300 * 0.01 * 111_170, rel=0.01)


def test_a_changed_shape_closes_the_old_one_on_the_day_of_the_new() -> None:
    town = MunicipalityFactory.create()
    load(town, zone("a", shape(0, 0)), zone("b", shape(2, 0)))
    outcome = load(town, zone("a", shape(0, 1)), zone("b", shape(2, 0)), valid_from=SUMMER)
    assert (outcome.replaced, outcome.unchanged) == (["a"], 1)
    assert spans("a") == [(SPRING, SUMMER), (SUMMER, None)]
    assert spans("b") == [(SPRING, None)]
    day_before = SUMMER - dt.timedelta(days=1)
    then = ZoneShape.objects.in_municipality(town).in_force(day_before).get(zone__code="a")
    assert bytes(then.geometry.wkb) == bytes(square(0, 0).wkb)


def test_a_load_that_changes_nothing_leaves_no_trace() -> None:
    town = MunicipalityFactory.create()
    load(town, zone("a", shape(0, 0)))
    version = town.register_version
    turned = shapely.normalize(shape(0, 0)).reverse()
    assert isinstance(turned, MultiPolygon)
    outcome = load(town, zone("a", turned), valid_from=SUMMER)
    town.refresh_from_db()
    assert (outcome.wrote, outcome.edition, town.register_version) == (False, None, version)
    assert ZoneEdition.objects.count() == 1


def test_every_load_that_changes_something_counts_up_the_register() -> None:
    town = MunicipalityFactory.create()
    version = town.register_version
    load(town, zone("a", shape(0, 0)))
    load(town, zone("a", shape(0, 0), name="New name"))
    town.refresh_from_db()
    assert town.register_version == version + 2
    assert Zone.objects.get().names == {"ro": "New name"}
    assert spans("a") == [(SPRING, None)]


def test_a_second_load_for_the_same_day_replaces_that_days_shape() -> None:
    town = MunicipalityFactory.create()
    load(town, zone("a", shape(0, 0)))
    outcome = load(town, zone("a", shape(3, 3)))
    assert outcome.replaced == ["a"]
    (stored,) = ZoneShape.objects.all()
    assert (stored.edition, stored.valid_from) == (outcome.edition, SPRING)


def test_a_zone_missing_from_the_file_is_closed_and_may_come_back() -> None:
    town = MunicipalityFactory.create()
    load(town, zone("a", shape(0, 0)), zone("b", shape(2, 0)))
    assert load(town, zone("a", shape(0, 0)), valid_from=SUMMER).closed == ["b"]
    autumn = dt.date(2026, 9, 1)
    load(town, zone("a", shape(0, 0)), zone("b", shape(2, 0)), valid_from=autumn)
    assert spans("b") == [(SPRING, SUMMER), (autumn, None)]
    assert Zone.objects.filter(code="b").count() == 1


def test_a_zone_dropped_on_its_first_day_never_was() -> None:
    town = MunicipalityFactory.create()
    load(town, zone("a", shape(0, 0)), zone("b", shape(2, 0)))
    load(town, zone("a", shape(0, 0)))
    assert spans("b") == []


def test_the_past_is_not_rewritten_under_a_later_edition() -> None:
    town = MunicipalityFactory.create()
    load(town, zone("a", shape(0, 0)), valid_from=SUMMER)
    with pytest.raises(ValidationError) as refused:
        load(town, zone("a", shape(1, 1)), valid_from=SPRING)
    assert refused.value.code == "later_edition"
    assert spans("a") == [(SUMMER, None)]


def test_two_towns_may_use_the_same_codes() -> None:
    first, second = MunicipalityFactory.create_batch(2)
    load(first, zone("a", shape(0, 0)))
    load(second, zone("a", shape(1, 1)))
    load(first, zone("b", shape(0, 0)), valid_from=SUMMER)
    assert ZoneShape.objects.in_municipality(second).current().count() == 1
