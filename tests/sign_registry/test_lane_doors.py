"""Signs for other things than rating: which door they open, and that they leave no mark."""

from sign_registry.models import Sign
from tests.factories.zones import MunicipalityFactory
from tests.sign_registry.lane_visitor import Visitor, hung_sign, token_of
from zones.models import Municipality


def open_town(sign: Sign, modules: list[str]) -> Municipality:
    """Switch modules of a sign's town."""
    town = sign.municipality
    town.modules = modules
    town.save()
    return town


def test_a_sign_for_registration_opens_it_where_notices_are_on(visitor: Visitor) -> None:
    sign = hung_sign(purpose="registration")
    town = open_town(sign, ["ratings", "notices"])
    token = token_of(sign)
    answer = visitor.get(f"/S/{token}")
    assert answer.status in (302, 303)
    assert answer.headers["Location"] == f"/{town.slug}/join/?sign={token}"
    assert "Set-Cookie" not in answer.headers


def test_elsewhere_it_says_that_registration_opens_soon(visitor: Visitor) -> None:
    sign = hung_sign(purpose="registration")
    open_town(sign, ["ratings"])
    answer = visitor.get(f"/S/{token_of(sign)}?lang=en")
    assert "Location" not in answer.headers
    assert "Registration opens soon" in answer.text


def test_a_sign_of_a_practice_copy_is_no_sign(visitor: Visitor) -> None:
    sign, other = hung_sign(purpose="rating"), hung_sign(purpose="rating")
    town = open_town(sign, ["ratings"])
    copy = MunicipalityFactory.create(slug=f"{town.slug}-practice", practice_of=town)
    Sign.objects.filter(pk=sign.pk).update(municipality=copy)
    # The lane keeps for a moment what it found, so each sign is asked for once.
    assert visitor.get(f"/S/{token_of(sign)}").status == 404
    assert visitor.get(f"/S/{token_of(other)}").status == 200
