"""Pages behind signed links, and the staff's pages that send a report there and back."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client

from departments.models import Department
from incidents.models import Attachment, Incident, IncidentEvent, Leg
from incidents.partner_links import SHEET_LASTS, Link, leg_path, sheet_path
from incidents.services import legs
from incidents.services.legs import NewLeg
from incidents.services.recording import SYSTEM
from submissions.services import take_picture
from tests.factories.departments import NOON, TODAY, DepartmentFactory
from tests.factories.desk import Hall, hall
from tests.factories.zones import MunicipalityFactory
from tests.incidents.test_letters_services import picture

pytestmark = pytest.mark.django_db
DAY = {"accept-done_by": "2026-05-20"}
WORDS = "I am Ana Pop, call 0712 345 678. The pipe leaks."


@pytest.fixture(autouse=True)
def noon() -> Any:
    """It is noon on the day of all tests."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def house() -> Hall:
    """A town hall."""
    return hall(regime="ro-petition")


@pytest.fixture
def anybody() -> Client:
    """A browser without an account."""
    return Client(headers={"accept-language": "en"})


def body(house: Hall, **fields: Any) -> Department:
    """A water company."""
    given = {"kind": "outside", "email": "water@water.example"}
    return DepartmentFactory.create(municipality=house.town, **{**given, **fields})


def sent(house: Hall, **fields: Any) -> Leg:
    """A report with the water company."""
    incident = fields.pop("incident", None) or house.sent(words=WORDS)
    receiver = fields.pop("receiver", None) or body(house)
    new = NewLeg(receiver=receiver, legal_basis="OG 27/2002", **fields)
    return legs.forward(incident=incident, leg=new, actor=SYSTEM, now=NOON)


def path_of(leg: Leg) -> str:
    """Address in the letter."""
    town = leg.incident.municipality
    return leg_path(town.slug, Link(town.pk, leg.pk))


def staff(house: Hall, role: str = "handler", **fields: Any) -> Client:
    """Somebody of the staff, who reads English."""
    client = Client(headers={"accept-language": "en"})
    person = house.someone(role, **fields).user
    assert person is not None
    client.force_login(person)
    return client


# --- Behind the link -----------------------------------------------------------------------------


def test_opening_the_link_changes_nothing(house: Hall, anybody: Client) -> None:
    leg = sent(house)
    events = IncidentEvent.objects.count()
    for path in (path_of(leg), f"{path_of(leg)}?say=accept&done_by=2026-05-20"):
        assert anybody.get(path).status_code == 200
        assert anybody.head(path).status_code == 200
    leg.refresh_from_db()
    assert (leg.state, IncidentEvent.objects.count()) == ("sent", events)


def test_nothing_of_the_page_is_kept_or_told(house: Hall, anybody: Client) -> None:
    answer = anybody.get(path_of(sent(house)))
    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_the_person_is_not_named(house: Hall, anybody: Client) -> None:
    page = anybody.get(path_of(sent(house))).content.decode()
    for said in ("ana@example.test", "0712", "345 678"):
        assert said not in page
    assert "The pipe leaks." in page


def test_the_person_is_named_where_the_sending_says_so(house: Hall, anybody: Client) -> None:
    page = anybody.get(path_of(sent(house, tells_identity=True))).content.decode()
    assert "Ana Pop" in page
    assert "ana@example.test" in page


def test_accept_then_another_day_then_done(house: Hall, anybody: Client) -> None:
    leg = sent(house)
    for day in ("2026-05-20", "2026-05-22"):
        data = {"say": "accept", "accept-done_by": day, "accept-register_number": "W-1"}
        assert anybody.post(path_of(leg), data).status_code == 200
    leg.refresh_from_db()
    assert (leg.state, leg.done_by, leg.register_number) == (
        "accepted",
        dt.date(2026, 5, 22),
        "W-1",
    )
    done = {"say": "done", "done-outcome": "done", "done-words": "Mended."}
    assert "Thank you" in anybody.post(path_of(leg), done).content.decode()
    assert Incident.objects.get().status == "answered"
    assert anybody.get(path_of(leg)).status_code == 404
    assert b'"role":"partner"' in bytes(IncidentEvent.objects.get(kind="leg_done").body)


def test_refused_with_the_owner_it_proposes(house: Hall, anybody: Client) -> None:
    leg, gas = sent(house), body(house, code="gas")
    data = {"say": "refuse", "refuse-reason": "A gas pipe.", "refuse-proposed": str(gas.pk)}
    anybody.post(path_of(leg), data)
    leg.refresh_from_db()
    assert (leg.state, leg.proposed, leg.incident.status) == ("refused", gas, "open")


@pytest.mark.parametrize(
    "data",
    [
        {"say": "accept"},
        {"say": "accept", "accept-done_by": "2026-05-01"},
        {"say": "refuse"},
        {"say": "done", "done-outcome": "gone", "done-words": "x"},
        {"say": "done", "done-outcome": "done", "done-words": "x" * 601},
    ],
)
def test_half_an_answer_is_asked_about(house: Hall, anybody: Client, data: dict[str, str]) -> None:
    leg = sent(house)
    assert anybody.post(path_of(leg), data).status_code == 400
    leg.refresh_from_db()
    assert leg.state == "sent"


def test_another_word_says_nothing(house: Hall, anybody: Client) -> None:
    assert anybody.post(path_of(sent(house)), {"say": "withdraw"}).status_code == 404


def test_the_answer_needs_the_token_of_the_page(house: Hall) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path_of(sent(house)), {"say": "accept", **DAY}).status_code == 403


def test_every_wrong_link_gets_the_same_answer(house: Hall, anybody: Client) -> None:
    leg, ended = sent(house), sent(house)
    legs.withdraw(leg=ended, reason="x", actor=SYSTEM, now=NOON)
    town = house.town
    other = MunicipalityFactory.create(modules=["reports"])
    good = path_of(leg).split("/")[-2]
    forged = signing.dumps([town.pk, leg.pk], salt="another salt")
    sheet = sheet_path(town.slug, Link(town.pk, leg.receiver_id)).split("/")[-2]
    wrong = [
        path_of(ended),
        f"/{town.slug}/partner/{good[:-1]}{'A' if good[-1] != 'A' else 'B'}/",
        f"/{town.slug}/partner/{forged}/",
        f"/{town.slug}/partner/{sheet}/",
        f"/{town.slug}/partner/x/",
        f"/{other.slug}/partner/{good}/",
        leg_path(town.slug, Link(town.pk, 10**9)),
        leg_path(town.slug, Link(other.pk, leg.pk)),
        f"/{town.slug}/partner/sheet/{good}/",
    ]
    pages = set()
    for path in wrong:
        answer = anybody.get(path)
        assert answer.status_code == 404, path
        assert anybody.post(path, {"say": "accept", **DAY}).status_code in (404, 405), path
        if path.startswith(f"/{town.slug}/"):
            pages.add(answer.content.replace(path.encode(), b""))
    leg.refresh_from_db()
    assert leg.state == "sent"
    assert len(pages) == 1


def test_pictures_of_this_report_only(house: Hall, anybody: Client) -> None:
    leg, other = sent(house), sent(house)
    kept = []
    for one in (leg, other):
        photo = take_picture(raw=picture(), origin="report", received_on=TODAY)
        kept.append(
            Attachment.objects.create(incident=one.incident, submission=photo, role="photo", seq=1)
        )
    shown = anybody.get(f"{path_of(leg)}photo/{kept[0].pk}/")
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]
    assert anybody.get(f"{path_of(leg)}photo/{kept[1].pk}/").status_code == 404
    kept[0].submission.state = "refused"
    kept[0].submission.save()
    assert anybody.get(f"{path_of(leg)}photo/{kept[0].pk}/").status_code == 404


# --- The list of the day -------------------------------------------------------------------------


def test_the_list_holds_what_waits_for_this_receiver(house: Hall, anybody: Client) -> None:
    receiver = body(house)
    mine = sent(house, receiver=receiver)
    gone, others = sent(house, receiver=receiver), sent(house)
    legs.withdraw(leg=gone, reason="x", actor=SYSTEM, now=NOON)
    path = sheet_path(house.town.slug, Link(house.town.pk, receiver.pk))
    page = anybody.get(path).content.decode()
    assert mine.incident.reference in page
    assert path_of(mine) in page
    for hidden in (gone, others):
        assert hidden.incident.reference not in page
    paper = anybody.get(f"{path}?format=pdf")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_the_list_opens_for_some_days(house: Hall, anybody: Client) -> None:
    receiver = body(house)
    path = sheet_path(house.town.slug, Link(house.town.pk, receiver.pk))
    for later, status in ((dt.timedelta(days=2), 200), (SHEET_LASTS + dt.timedelta(hours=1), 404)):
        with time_machine.travel(NOON + later, tick=False):
            assert anybody.get(path).status_code == status


def test_a_long_list_costs_the_same(
    house: Hall, anybody: Client, django_assert_max_num_queries: Any
) -> None:
    receiver = body(house)
    for _ in range(12):
        sent(house, receiver=receiver)
    path = sheet_path(house.town.slug, Link(house.town.pk, receiver.pk))
    with django_assert_max_num_queries(8):
        anybody.get(path)


# --- Staff ---------------------------------------------------------------------------------------


def test_a_handler_sends_and_takes_back(house: Hall) -> None:
    incident, receiver = house.sent(), body(house)
    client = staff(house, department=house.roads)
    base = f"/{house.town.slug}/desk/{incident.pk}"
    assert client.get(f"{base}/forward/").status_code == 200
    data = {"receiver": str(receiver.pk), "legal_basis": "OG 27/2002", "tells_identity": "on"}
    assert client.post(f"{base}/forward/", data).status_code == 302
    assert Leg.objects.get().tells_identity
    assert client.get(f"{base}/forward/").status_code == 404  # it is there already
    assert client.post(f"{base}/withdraw/", {"reason": ""}).status_code == 200
    assert client.post(f"{base}/withdraw/", {"reason": "A mistake."}).status_code == 302
    assert Leg.objects.get().state == "withdrawn"
    assert client.get(f"{base}/withdraw/").status_code == 404


def test_the_page_says_what_is_wrong(house: Hall) -> None:
    incident = house.sent()
    client = staff(house, department=house.roads)
    path = f"/{house.town.slug}/desk/{incident.pk}/forward/"
    answer = client.post(path, {"receiver": str(house.parks.pk), "legal_basis": ""})
    assert set(answer.context["form"].errors) == {"receiver", "legal_basis"}
    assert not Leg.objects.exists()


def test_nobody_sends_what_is_not_theirs(house: Hall) -> None:
    incident = house.sent()
    path = f"/{house.town.slug}/desk/{incident.pk}/forward/"
    for client, status in (
        (staff(house, department=house.parks), 404),
        (staff(house, "clerk"), 403),
        (staff(hall()), 403),
        (Client(), 302),
    ):
        assert client.get(path).status_code == status
        assert client.post(path, {"receiver": "1", "legal_basis": "x"}).status_code == status


def test_who_was_asked_for_an_opinion_sends_nothing_on(house: Hall) -> None:
    incident = house.sent()
    incident.remarks.create(
        kind="asked", seq=incident.head_seq, text="?", department=house.parks, at=NOON
    )
    client = staff(house, department=house.parks)
    assert client.get(f"/{house.town.slug}/desk/{incident.pk}/forward/").status_code == 403
