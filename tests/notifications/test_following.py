"""Following areas beside the home: each way gives a shape, and nobody sees those of others."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from notifications.models import FollowedArea
from notifications.services.following import (
    MOST_AREAS,
    AreaWish,
    change_followed,
    follow,
    stop_following,
)
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON
from tests.factories.notifications import FollowedAreaFactory
from tests.factories.residents import ResidenceFactory
from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="roman", modules=["notices"])


@pytest.fixture
def user(town: Municipality) -> User:
    return ResidenceFactory.create(resident__municipality=town).resident.user


def around(metres: int = 200) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": list(spot(1.5, 1.5).coords)}
    return {"op": "add", "kind": "around", "of": {"geometry": point}, "metres": metres}


def followed(town: Municipality, user: User, line: dict[str, Any], **given: Any) -> FollowedArea:
    wish = AreaWish(given.pop("name", "School"), line, **given)
    return follow(municipality=town, user=user, wish=wish, now=NOON)


def test_around_a_point_is_a_circle_of_that_size(town: Municipality, user: User) -> None:
    area = followed(town, user, around(200), topics=["water"])

    assert area.geometry.covers(spot(1.5, 1.5))
    assert area.topics == ["water"]
    assert area.recipe[0]["metres"] == 200


def test_a_zone_is_its_shape(town: Municipality, user: User) -> None:
    zone = zone_with_shape(town, code="a", geometry=square(1, 1))

    area = followed(town, user, {"op": "add", "kind": "zones", "zones": [zone.pk]})

    assert (
        area.geometry.sym_difference(square(1, 1)).area < 1e-9
    )  # square degrees: the straight lines of two grids, about a metre


def test_a_zone_of_another_town_is_refused(town: Municipality, user: User) -> None:
    zone = zone_with_shape(MunicipalityFactory.create(), code="a", geometry=square(1, 1))

    with pytest.raises(ValidationError):
        followed(town, user, {"op": "add", "kind": "zones", "zones": [zone.pk]})


def test_twenty_areas_and_no_more(town: Municipality, user: User) -> None:
    FollowedAreaFactory.create_batch(MOST_AREAS, municipality=town, user=user)

    with pytest.raises(ValidationError) as refused:
        followed(town, user, around())

    assert refused.value.code == "too_many"


@pytest.mark.parametrize(
    ("given", "field"), [({"name": "  "}, "name"), ({"topics": ["x"]}, "topics")]
)
def test_a_name_and_known_topics_are_needed(
    town: Municipality, user: User, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        followed(town, user, around(), **given)

    assert field in refused.value.error_dict


def test_it_can_be_renamed_and_ended() -> None:
    area = FollowedAreaFactory.create()

    change_followed(area=area, name=" Work ", topics=["works"])

    area.refresh_from_db()
    assert (area.name, area.topics) == ("Work", ["works"])
    stop_following(area=area)
    assert not FollowedArea.objects.exists()


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("zone", {"zone": "ZONE"}),
        ("street", {"street_name": "strada lungă", "side": "any"}),
        ("around", {"lon": spot(1, 1).x, "lat": spot(1, 1).y, "metres": 300}),
        ("shape", {"shape": square(2, 2).json}),
    ],
)
def test_each_form_follows_without_a_map(
    client: Client, town: Municipality, user: User, kind: str, sent: dict[str, Any]
) -> None:
    zone = zone_with_shape(town, code="a", geometry=square(1, 1))
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Lungă"})
    AddressFactory.create(municipality=town, street=street, location=spot(1.2, 1.2))
    values = {name: zone.pk if value == "ZONE" else value for name, value in sent.items()}
    client.force_login(user)

    answer = client.post(f"/roman/following/add/?kind={kind}", values)

    assert answer.status_code == 302, answer.content.decode()[:3000]
    area = FollowedArea.objects.get(user=user)
    assert area.name
    assert area.geometry.area > 0


@pytest.mark.parametrize("shape", ["", "{", "[]", '{"type": "Point"}', '{"type": "Polygon"}'])
def test_a_broken_shape_is_said_at_the_form(
    client: Client, town: Municipality, user: User, shape: str
) -> None:
    client.force_login(user)

    answer = client.post("/roman/following/add/?kind=shape", {"shape": shape})

    assert answer.status_code == 200
    assert not FollowedArea.objects.exists()


def test_nobody_opens_changes_or_ends_what_another_follows(
    client: Client, town: Municipality, user: User
) -> None:
    other = FollowedAreaFactory.create(municipality=town, name="Secret place")
    client.force_login(user)

    statuses = [
        client.get(f"/roman/following/{other.pk}/").status_code,
        client.post(f"/roman/following/{other.pk}/", {"name": "Mine"}).status_code,
        client.post(f"/roman/following/{other.pk}/stop/").status_code,
    ]

    assert statuses == [404, 404, 404]
    assert "Secret place" not in client.get("/roman/following/").content.decode()


def test_a_town_that_wants_registration_first_sends_there(
    client: Client, town: Municipality
) -> None:
    client.force_login(UserFactory.create())

    assert client.get("/roman/following/")["location"] == "/roman/join/"
    Municipality.objects.update(app_needs_registration=False)
    assert client.get("/roman/following/").status_code == 200


def test_the_list_asks_the_same_however_many_areas(
    client: Client, town: Municipality, user: User, django_assert_max_num_queries: Any
) -> None:
    FollowedAreaFactory.create_batch(15, municipality=town, user=user)
    client.force_login(user)

    with django_assert_max_num_queries(12):
        client.get("/roman/following/")
