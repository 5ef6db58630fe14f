"""A link hangs one sign, once, for somebody without an account; looking at it changes nothing."""

import datetime as dt
import hashlib

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from outbox.models import OutboxMessage
from sign_registry.models import InstallLink, RoundStop, Sign
from sign_registry.services.install_links import FreshLink, make_install_link
from tests.factories.crew import NOW, crew_member, printed_sign, round_of, signed_in
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=15)


@pytest.fixture
def town() -> Municipality:
    """A town."""
    return MunicipalityFactory.create(slug="roman")


@pytest.fixture
def sign(town: Municipality) -> Sign:
    """A printed sign that waits for the mayor of a village."""
    return printed_sign(town)


@pytest.fixture
def link(town: Municipality, sign: Sign) -> FreshLink:
    """A fresh link to hang it."""
    lead = crew_member(town, "crew_lead")
    return make_install_link(sign=sign, recipient="Mayor of Bodești", actor=lead, now=NOW)


def path(link: FreshLink) -> str:
    """Address of the link."""
    return f"/roman/install/{link.secret}/"


def test_only_a_hash_of_the_secret_is_kept(link: FreshLink) -> None:
    kept = InstallLink.objects.values_list("secret_sha256", flat=True).get()

    assert kept == hashlib.sha256(link.secret.encode()).hexdigest()
    assert len(link.secret) >= 32


@time_machine.travel(NOW, tick=False)
def test_looking_changes_nothing_and_the_button_hangs_the_sign(
    client: Client, sign: Sign, link: FreshLink
) -> None:
    round_of(sign.municipality, [sign])
    for _ in range(2):
        assert client.get(path(link)).status_code == 200
    assert sign.events.count() == 0

    answer = client.post(path(link), {"reason": "At the shop"})

    sign.refresh_from_db()
    event = sign.events.get()
    assert answer.status_code == 200
    assert sign.state == "installed"
    assert (event.actor, event.actor_label) == (None, "Mayor of Bodești")
    assert RoundStop.objects.get().done_on == NOW.date()


@time_machine.travel(NOW, tick=False)
def test_a_link_works_once(client: Client, sign: Sign, link: FreshLink) -> None:
    codes = [client.post(path(link), {"reason": "x"}).status_code for _ in range(2)]

    assert codes == [200, 410]
    assert sign.events.count() == 1
    assert client.get(path(link)).status_code == 410


@time_machine.travel(LATER, tick=False)
def test_an_old_link_hangs_nothing(client: Client, sign: Sign, link: FreshLink) -> None:
    assert client.get(path(link)).status_code == 410
    assert client.post(path(link), {"reason": "x"}).status_code == 410
    assert sign.events.count() == 0


def test_an_unknown_link_is_not_found(client: Client, town: Municipality) -> None:
    assert client.get("/roman/install/guessed/").status_code == 404
    assert client.post("/roman/install/guessed/").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_a_link_is_not_known_in_another_town(client: Client, sign: Sign, link: FreshLink) -> None:
    MunicipalityFactory.create(slug="bacau")
    foreign = f"/bacau/install/{link.secret}/"

    assert client.get(foreign).status_code == 404
    assert client.post(foreign, {"reason": "x"}).status_code == 404
    assert sign.events.count() == 0


@time_machine.travel(NOW, tick=False)
def test_without_position_and_reason_the_page_asks_again(
    client: Client, sign: Sign, link: FreshLink
) -> None:
    answer = client.post(path(link))

    assert answer.status_code == 400
    assert "write why" in answer.text
    assert sign.events.count() == 0


def test_the_head_makes_a_link_on_a_page_and_by_mail(town: Municipality, sign: Sign) -> None:
    lead = signed_in(crew_member(town, "crew_lead"))

    answer = lead.post(
        f"/roman/crew/signs/{sign.pk}/link/",
        {"recipient": "Mayor", "email": "mayor@village.example"},
    )

    letter = OutboxMessage.objects.get()
    assert letter.recipient == "mayor@village.example"
    assert letter.is_secret
    url = next(word for word in letter.body.split() if "/roman/install/" in word)
    assert url in answer.text
    assert "no-store" in answer["Cache-Control"]


def test_a_sign_that_hangs_needs_no_link(town: Municipality) -> None:
    lead = crew_member(town, "crew_lead")

    with pytest.raises(ValidationError) as refused:
        make_install_link(
            sign=printed_sign(town, state="installed"), recipient="Mayor", actor=lead, now=NOW
        )
    assert refused.value.code == "not_printed"


def test_only_who_runs_the_signs_makes_links(town: Municipality, sign: Sign) -> None:
    with pytest.raises(PermissionDenied):
        make_install_link(sign=sign, recipient="Mayor", actor=crew_member(town), now=NOW)
