"""Exactly who is told a notice: homes inside, followers, mutes; equal to shapely."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPolygon, Point
from pytest_django import DjangoAssertNumQueries

from notifications.members import explained, members
from notifications.models import Announcement, Mute, PushSubscription
from outbox.models import PushAddress
from residents.models import Residence, Resident
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.notifications import (
    AnnouncementFactory,
    FollowedAreaFactory,
    PreferenceFactory,
    TargetAreaFactory,
)
from tests.factories.residents import ResidenceFactory, ResidentFactory
from tests.factories.zones import AddressFactory, MunicipalityFactory, spot, square
from zones.models import Municipality

pytestmark = pytest.mark.django_db


def home_at(
    municipality: Municipality, at: Point, resident: dict[str, Any] | None = None, **fields: Any
) -> Residence:
    """Somebody who lives at a point of the register."""
    return ResidenceFactory.create(
        resident=ResidentFactory.create(municipality=municipality, **(resident or {})),
        address=AddressFactory.create(municipality=municipality, location=at),
        **fields,
    )


def aimed(
    municipality: Municipality, area: MultiPolygon | None = None, **fields: Any
) -> Announcement:
    """A notice for the first cell, or for an area."""
    target = TargetAreaFactory.create(
        municipality=municipality, geometry=square(0, 0) if area is None else area
    )
    return AnnouncementFactory.create(municipality=municipality, target=target, **fields)


def told(announcement: Announcement) -> list[int]:
    """Accounts of the members, in order."""
    return [one.user_pk for one in members(announcement=announcement, after=0, limit=10_000)]


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def test_homes_inside_are_told_and_homes_outside_are_not(town: Municipality) -> None:
    inside = home_at(town, spot(0.5, 0.5))
    on_the_edge = home_at(town, spot(1, 0.5))
    home_at(town, spot(1.01, 0.5))
    assert told(aimed(town)) == [inside.resident.user_id, on_the_edge.resident.user_id]


def test_who_moved_away_did_not_finish_may_not_sign_in_or_lives_elsewhere_is_not_told(
    town: Municipality,
) -> None:
    home_at(town, spot(0.5, 0.5), valid_from=TODAY - dt.timedelta(9), valid_until=TODAY)
    home_at(town, spot(0.5, 0.5), valid_from=TODAY + dt.timedelta(1))
    home_at(town, spot(0.5, 0.5), {"finished_at": None})
    home_at(town, spot(0.5, 0.5), {"user": UserFactory.create(is_active=False)})
    home_at(MunicipalityFactory.create(), spot(0.5, 0.5))
    assert told(aimed(town)) == []


def test_the_civil_day_on_which_it_goes_out_counts(town: Municipality) -> None:
    tomorrow = TODAY + dt.timedelta(1)
    moves_in = home_at(town, spot(0.5, 0.5), valid_from=tomorrow)
    late = dt.datetime.combine(TODAY, dt.time(22, 30), dt.UTC)
    assert told(aimed(town, send_at=late)) == [moves_in.resident.user_id]


def test_whoever_lives_inside_is_told_once_with_the_home_as_reason(town: Municipality) -> None:
    home = home_at(town, spot(0.5, 0.5))
    FollowedAreaFactory.create(municipality=town, user=home.resident.user)
    FollowedAreaFactory.create(municipality=town, user=home.resident.user)
    found = members(announcement=aimed(town), after=0, limit=10)
    assert [one.reason for one in found] == [{"why": "home"}]
    assert (found[0].residence_pk, found[0].assurance) == (home.pk, Residence.Assurance.DECLARED)


def test_followers_are_told_with_the_name_of_what_they_follow(town: Municipality) -> None:
    home = home_at(town, spot(3, 3))
    FollowedAreaFactory.create(municipality=town, user=home.resident.user, name="Around school")
    FollowedAreaFactory.create(
        municipality=town, user=home.resident.user, name="Afar", geometry=square(3, 0)
    )
    other = home_at(town, spot(3, 3))
    FollowedAreaFactory.create(municipality=town, user=other.resident.user, topics=["events"])
    found = members(announcement=aimed(town), after=0, limit=10)
    assert [(one.user_pk, one.reason) for one in found] == [
        (home.resident.user_id, {"why": "follow", "name": "Around school"})
    ]
    assert found[0].residence_pk is None


def test_without_a_target_the_whole_town_is_told(town: Municipality) -> None:
    here, there = home_at(town, spot(0.5, 0.5)), home_at(town, spot(3.5, 3.5))
    ResidentFactory.create(municipality=town)
    home_at(MunicipalityFactory.create(), spot(0.5, 0.5))
    found = members(announcement=AnnouncementFactory.create(municipality=town), after=0, limit=10)
    assert [one.user_pk for one in found] == [here.resident.user_id, there.resident.user_id]
    assert {one.reason["why"] for one in found} == {"town"}


def test_near_what_the_map_shows_the_distance_is_the_reason(town: Municipality) -> None:
    home_at(town, spot(0.5, 0.5))
    west, south = spot(0.5, 0.506).coords
    line = LineString((west - 0.001, south), (west + 0.001, south), srid=4326)
    found = members(announcement=aimed(town, geometry=line), after=0, limit=10)
    assert [one.reason for one in found] == [{"why": "near", "metres": 50, "of": "works"}]


def test_mutes_are_kept_and_an_urgent_notice_reaches_every_home_inside(town: Municipality) -> None:
    announcement = aimed(town)
    by_topic, by_thing = home_at(town, spot(0.2, 0.2)), home_at(town, spot(0.3, 0.3))
    PreferenceFactory.create(municipality=town, user=by_topic.resident.user, muted_topics=["works"])
    Mute.objects.create(user=by_thing.resident.user, announcement=announcement, muted_at=NOON)
    follower = home_at(town, spot(3, 3)).resident.user
    FollowedAreaFactory.create(municipality=town, user=follower)
    PreferenceFactory.create(municipality=town, user=follower, muted_topics=["works"])
    assert told(announcement) == []
    announcement.urgency = "urgent"
    found = members(announcement=announcement, after=0, limit=10)
    assert {one.user_pk for one in found} == {by_topic.resident.user_id, by_thing.resident.user_id}
    assert not any(one.wishes.muted_topics for one in found)


def test_wishes_and_listening_browsers_come_along(town: Municipality) -> None:
    home = home_at(town, spot(0.5, 0.5))
    user = home.resident.user
    PreferenceFactory.create(municipality=town, user=user, by_push=True, quiet_from=dt.time(21))
    for number, gone in ((1, None), (2, NOON)):
        address = PushAddress.objects.create(
            endpoint=f"https://push.example/{number}", created_at=NOON, gone_at=gone
        )
        PushSubscription.objects.create(
            user=user, municipality=town, address=address, service="Mozilla", agreed_at=NOON
        )
    (found,) = members(announcement=aimed(town), after=0, limit=10)
    assert found.wishes.by_push
    assert found.wishes.quiet_from == dt.time(21)
    assert found.push_addresses == (PushAddress.objects.get(gone_at=None).pk,)
    assert (found.email, found.language) == (user.email, user.language)


def test_pages_go_on_after_the_last_resident(
    town: Municipality, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    homes = [home_at(town, spot(0.1 * number, 0.5)) for number in range(1, 6)]
    announcement = aimed(town)
    whole = told(announcement)
    seen, after = [], 0
    while found := members(announcement=announcement, after=after, limit=2):
        seen += [one.user_pk for one in found]
        after = found[-1].resident_pk
    assert seen == whole == [one.resident.user_id for one in homes]
    # A savepoint, two for the role, no compiling, the statement, and the end of the savepoint.
    with django_assert_num_queries(6):
        members(announcement=announcement, after=0, limit=2)


def star(corners: int, seed: int) -> MultiPolygon:
    """A ragged area of the test grid with many corners."""
    random = np.random.default_rng(seed)
    angle = np.sort(random.uniform(0, 2 * np.pi, corners))
    far = random.uniform(0.3, 1.9, corners)
    points = [(2 + r * np.cos(a), 2 + r * np.sin(a)) for a, r in zip(angle, far, strict=True)]
    shape = shapely.Polygon([spot(*one).coords for one in points])
    return MultiPolygon(GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326), srid=4326)


@pytest.mark.parametrize("seed", range(4))
def test_members_are_those_of_exact_geometry(town: Municipality, seed: int) -> None:
    random = np.random.default_rng(seed)
    at = random.uniform(0, 4, (400, 2))
    places = [spot(*one) for one in at.tolist()]
    users = UserFactory.create_batch(len(places))
    residents = Resident.objects.bulk_create(
        Resident(municipality=town, user=user, registered_at=NOON, finished_at=NOON)
        for user in users
    )
    Residence.objects.bulk_create(
        Residence(resident=one, written="here", location=place, valid_from=TODAY, declared_at=NOON)
        for one, place in zip(residents, places, strict=True)
    )
    area = star(300, seed)
    xy = np.array([place.coords for place in places])
    covered = shapely.intersects_xy(shapely.from_wkb(bytes(area.wkb)), xy[:, 0], xy[:, 1])
    assert 20 < covered.sum() < 380
    expected = [user.pk for user, is_in in zip(users, covered, strict=True) if is_in]
    assert told(aimed(town, area)) == expected


def test_the_plan_asks_the_index_for_each_piece(town: Municipality) -> None:
    assert "residents_residence_location" in explained(announcement=aimed(town, star(300, 1)))
