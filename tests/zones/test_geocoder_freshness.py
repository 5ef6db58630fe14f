"""An edit in one process is seen by the address search of another within a second."""

import multiprocessing
import time
from multiprocessing.connection import Connection

import pytest
from django.db import connections
from django.db.models import F

from tests.factories.zones import AddressFactory, MunicipalityFactory, StreetFactory, spot
from zones.geocoder import geocode_text
from zones.geocoder.register_index import RegisterCache
from zones.models import Municipality, Street


def rename(town: Municipality, name: str) -> None:
    Street.objects.filter(municipality=town).update(names={"ro": name})
    Municipality.objects.filter(pk=town.pk).update(register_version=F("register_version") + 1)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def town(transactional_db: None) -> Municipality:
    town = MunicipalityFactory.create()
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Veche"})
    AddressFactory.create(municipality=town, street=street, address_number="1", location=spot(1, 1))
    return town


def test_the_version_is_looked_up_twice_a_second_at_most(town: Municipality) -> None:
    clock = Clock()
    cache = RegisterCache(clock)
    first = cache.index_of(town)
    rename(town, "Strada Nouă")
    clock.now += 0.49
    assert cache.index_of(town) is first
    clock.now += 0.02
    assert cache.index_of(town).version == first.version + 1


def test_an_unchanged_register_is_not_loaded_again(town: Municipality) -> None:
    clock = Clock()
    cache = RegisterCache(clock)
    first = cache.index_of(town)
    clock.now += 60
    assert cache.index_of(town) is first


def search_until_seen(pk: int, pipe: Connection) -> None:
    """Runs in another process: says when it knows the old name, then when it knows the new one."""
    connections.close_all()
    town = Municipality.objects.get(pk=pk)
    geocode_text(town, "Strada Veche 1")
    pipe.send("ready")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and not geocode_text(town, "Strada Brânduşelor 1"):
        time.sleep(0.02)
    pipe.send(time.monotonic())
    connections.close_all()


@pytest.mark.slow
def test_another_process_sees_an_edit_within_a_second(town: Municipality) -> None:
    ours, theirs = multiprocessing.Pipe()
    connections.close_all()
    context = multiprocessing.get_context("fork")
    other = context.Process(target=search_until_seen, args=(town.pk, theirs))
    other.start()
    try:
        assert ours.poll(10)
        assert ours.recv() == "ready"
        rename(town, "Strada Brândușelor")
        edited_at = time.monotonic()
        assert ours.poll(10)
        assert ours.recv() - edited_at < 1.0
    finally:
        other.join(10)
