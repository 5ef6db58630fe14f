"""Tiles are baked once for each version of the register, whatever happens to the worker."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.db.models import F

from tests.factories.zones import (
    MunicipalityFactory,
    PlaceFactory,
    StreetFactory,
    square,
    zone_with_shape,
)
from zones.models import LayerTile, Municipality, TileBake
from zones.tasks import bake_tiles
from zones.tiles import baking
from zones.tiles.baking import Outcome, bake_next, request_bake, request_missing_bakes
from zones.tiles.layers import LAYERS

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=30)


@pytest.fixture
def town() -> Municipality:
    """A town with two zones side by side, a street and a school."""
    town = MunicipalityFactory.create()
    zone_with_shape(town, code="west", geometry=square(0, 0, 2, 4))
    zone_with_shape(town, code="east", geometry=square(2, 0, 2, 4))
    StreetFactory.create(
        municipality=town, axis="SRID=4326;MULTILINESTRING((26.301 46.901, 26.33 46.93))"
    )
    PlaceFactory.create(municipality=town)
    return town


def bake_all(now: dt.datetime) -> list[Outcome]:
    outcomes = []
    while baked := bake_next(now=now):
        outcomes.append(baked.outcome)
    return outcomes


@pytest.mark.django_db
def test_all_layers_of_a_new_version_are_asked_for_once(town: Municipality) -> None:
    assert request_bake(municipality=town, now=NOW) == len(LAYERS)
    assert request_bake(municipality=town, now=NOW) == 0
    assert request_missing_bakes(now=NOW) == 0


@pytest.mark.django_db
def test_a_changed_register_is_baked_anew_and_older_tiles_go(town: Municipality) -> None:
    request_missing_bakes(now=NOW)
    assert bake_all(NOW) == [Outcome.FINISHED] * len(LAYERS)
    Municipality.objects.filter(pk=town.pk).update(register_version=F("register_version") + 1)
    assert request_missing_bakes(now=LATER) == len(LAYERS)
    bake_all(LATER)
    assert set(TileBake.objects.values_list("version", flat=True)) == {2}
    assert set(LayerTile.objects.values_list("bake__version", flat=True)) == {2}


@pytest.mark.django_db
def test_baking_twice_leaves_the_same_tiles(town: Municipality) -> None:
    request_missing_bakes(now=NOW)
    bake_all(NOW)
    rows = LayerTile.objects.order_by("bake__layer", "z", "x", "y")
    first = list(rows.values_list("bake__layer", "z", "x", "y", "etag"))
    TileBake.objects.update(finished_at=None, next_attempt_at=NOW)
    bake_all(NOW)
    assert list(rows.values_list("bake__layer", "z", "x", "y", "etag")) == first


@pytest.mark.django_db
def test_every_tile_is_under_the_limit_and_small_on_the_wire(town: Municipality) -> None:
    request_missing_bakes(now=NOW)
    sizes = []
    while baked := bake_next(now=NOW):
        sizes.append(baked.largest)
    assert 0 < max(sizes) <= 100_000


@pytest.mark.django_db
def test_a_bake_that_waited_through_a_change_gives_way_to_the_new_version(
    town: Municipality,
) -> None:
    request_bake(municipality=town, now=NOW)
    Municipality.objects.filter(pk=town.pk).update(register_version=2)
    outcomes = bake_all(LATER)
    assert outcomes.count(Outcome.SUPERSEDED) == outcomes.count(Outcome.FINISHED) == len(LAYERS)
    assert set(TileBake.objects.values_list("version", flat=True)) == {2}


@pytest.mark.django_db
def test_a_worker_that_dies_at_work_leaves_nothing_half_done_and_is_replaced(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_bake(municipality=town, now=NOW)
    drawn = baking._all_tiles

    def die_in_the_middle(*arguments: object) -> None:
        LayerTile.objects.bulk_create([])
        raise SystemExit("killed")

    monkeypatch.setattr(baking, "_all_tiles", die_in_the_middle)
    with pytest.raises(SystemExit):
        bake_next(now=NOW)
    monkeypatch.setattr(baking, "_all_tiles", drawn)
    dead = TileBake.objects.get(attempts=1)
    assert (dead.finished_at, LayerTile.objects.count()) == (None, 0)
    assert not TileBake.objects.due(NOW).filter(pk=dead.pk).exists()
    assert bake_all(LATER) == [Outcome.FINISHED] * len(LAYERS)


@pytest.mark.django_db
def test_a_failed_bake_says_why_waits_and_is_tried_again(
    town: Municipality,
) -> None:
    request_bake(municipality=town, now=NOW)

    def fail(*_arguments: object) -> None:
        raise ValueError("the rows cannot be drawn")

    patch = pytest.MonkeyPatch()
    patch.setattr("zones.tiles.baking.drawing_of", fail)
    assert bake_all(NOW) == [Outcome.FAILED] * len(LAYERS)
    assert set(TileBake.objects.values_list("problem", flat=True)) == {
        "ValueError: the rows cannot be drawn"
    }
    patch.undo()
    assert bake_all(NOW) == []
    assert bake_all(LATER) == [Outcome.FINISHED] * len(LAYERS)
    assert not TileBake.objects.exclude(problem="").exists()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_workers_never_bake_the_same_row(town: Municipality) -> None:
    request_bake(municipality=town, now=NOW)
    TileBake.objects.exclude(layer="zones").delete()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as other:
        other.execute("SELECT 1 FROM zones_tilebake FOR UPDATE")
        with connections["default"].cursor() as own:
            own.execute("SET lock_timeout = '2s'")  # waiting for the row is a fault, not a hang
        assert bake_next(now=NOW) is None
    # The other worker's connection is gone, as after kill -9: its lock is free at once.
    assert [baked.outcome for baked in [bake_next(now=NOW)] if baked] == [Outcome.FINISHED]


@pytest.mark.django_db
def test_a_shape_that_comes_into_force_overnight_is_baked_in_the_morning(
    town: Municipality,
) -> None:
    zone_with_shape(town, code="new", geometry=square(0, 3), valid_from=dt.date(2026, 3, 2))
    request_missing_bakes(now=NOW)
    bake_all(NOW)
    assert request_missing_bakes(now=NOW + dt.timedelta(hours=8)) == 0
    # 22:30 UTC is the next civil day in Bucharest.
    assert request_missing_bakes(now=NOW + dt.timedelta(hours=13, minutes=30)) == len(LAYERS)
    town.refresh_from_db()
    assert town.register_version == 2


@pytest.mark.django_db
def test_a_town_without_rows_is_baked_to_nothing() -> None:
    MunicipalityFactory.create(outline=None)
    request_missing_bakes(now=NOW)
    assert bake_all(NOW) == [Outcome.FINISHED] * len(LAYERS)
    assert not LayerTile.objects.exists()


@pytest.mark.django_db
def test_worker_and_command_bake_what_is_missing(
    town: Municipality, capsys: pytest.CaptureFixture[str]
) -> None:
    bake_tiles()
    assert TileBake.objects.finished().count() == len(LAYERS)
    Municipality.objects.filter(pk=town.pk).update(register_version=2)
    call_command("bake_tiles")
    assert f"{town.slug}/zones version 2: finished" in capsys.readouterr().out
