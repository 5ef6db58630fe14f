"""Messages on a phone: by consent to words that are kept, through a named service, until ended."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from notifications.models import Preference, PushSubscription
from notifications.services.pushing import (
    CONSENT,
    MOST_BROWSERS,
    agree_to_push,
    end_push,
    service_of,
)
from outbox.models import PushAddress
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON
from tests.factories.residents import ResidentFactory
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/abc"


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


POINT = ec.generate_private_key(ec.SECP256R1()).public_key()
BROWSER = {
    "p256dh": _plain(POINT.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
    "auth": _plain(b"0123456789abcdef"),
    "consent": CONSENT,
}


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="roman", modules=["notices"])


@pytest.fixture
def user(town: Municipality) -> User:
    return ResidentFactory.create(municipality=town).user


def agreed(town: Municipality, user: User, **given: Any) -> PushSubscription:
    values = {"endpoint": ENDPOINT, **BROWSER, **given}
    return agree_to_push(municipality=town, user=user, now=NOON, **values)


def test_the_service_and_the_words_agreed_to_are_kept(town: Municipality, user: User) -> None:
    kept = agreed(town, user)

    assert (kept.service, kept.consent, kept.agreed_at) == ("Mozilla", CONSENT, NOON)
    assert Preference.objects.get(user=user).by_push


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"consent": "2020-01"}, "old_words"),
        ({"endpoint": "https://127.0.0.1/x"}, "unknown_push_service"),
        ({"auth": "short"}, "bad_keys"),
    ],
)
def test_it_is_refused_without_consent_or_with_a_strange_address(
    town: Municipality, user: User, given: dict[str, str], code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        agreed(town, user, **given)

    assert refused.value.code == code
    assert not PushAddress.objects.exists()


def test_ten_devices_and_no_more(town: Municipality, user: User) -> None:
    for number in range(MOST_BROWSERS):
        agreed(town, user, endpoint=f"{ENDPOINT}{number}")

    with pytest.raises(ValidationError) as refused:
        agreed(town, user, endpoint=f"{ENDPOINT}more")

    assert refused.value.code == "too_many"
    assert agreed(town, user, endpoint=f"{ENDPOINT}0")


def test_a_browser_that_changes_hands_tells_its_new_reader_only(
    town: Municipality, user: User
) -> None:
    agreed(town, user)
    other = UserFactory.create()

    agreed(town, other)

    assert PushSubscription.objects.get().user == other


def test_the_last_device_ended_is_the_way_ended(town: Municipality, user: User) -> None:
    first, second = agreed(town, user), agreed(town, user, endpoint=f"{ENDPOINT}2")

    end_push(subscription=first, now=NOON)
    assert Preference.objects.get(user=user).by_push

    end_push(subscription=second, now=NOON)
    assert not Preference.objects.get(user=user).by_push
    assert not PushAddress.objects.exists()


@pytest.mark.parametrize(
    ("endpoint", "service"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", "Google"),
        ("https://web.push.apple.com/x", "Apple"),
        ("https://db5.notify.windows.com/w/?t=x", "Microsoft"),
        ("https://push.example/x", "push.example"),
    ],
)
def test_names_the_company(endpoint: str, service: str) -> None:
    assert service_of(endpoint) == service


def test_the_page_takes_the_consent_and_nobody_ends_that_of_another(
    client: Client, town: Municipality, user: User
) -> None:
    client.force_login(user)

    answer = client.post("/roman/push/", {"endpoint": ENDPOINT, **BROWSER})

    assert answer["location"] == "/roman/preferences/#push"
    own = PushSubscription.objects.get(user=user)
    assert "Mozilla" in client.get("/roman/preferences/").content.decode()
    client.force_login(ResidentFactory.create(municipality=town).user)
    assert client.post(f"/roman/push/{own.pk}/end/").status_code == 404
