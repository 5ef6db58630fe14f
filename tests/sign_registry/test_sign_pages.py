"""Pages of the register of signs and of printing: who sees what, and what a click does."""

import datetime as dt
import uuid
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from sign_registry.models import CrewRound, PrintBatch, RoundStop, Sign
from sign_registry.tasks import print_signs
from tests.factories.accounts import MembershipFactory
from tests.factories.signs import SignFactory, sign_in
from tests.factories.sites import SiteFactory, rated_site
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(settings: Settings, tmp_path: Path) -> Municipality:
    settings.MEDIA_ROOT = tmp_path
    settings.MEGDAN_DEMO = True
    settings.MEGDAN_STAFF_SECOND_FACTOR = False
    return MunicipalityFactory.create(slug="aville", sign_origin="https://megdan.example")


@pytest.fixture
def office(town: Municipality, client: Client) -> Client:
    client.force_login(MembershipFactory.create(municipality=town, role="crew_lead").user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def sign_of(town: Municipality, state: str = "planned", **fields: object) -> Sign:
    return sign_in(state, site=SiteFactory.create(municipality=town), **fields)


# --- The register --------------------------------------------------------------------------------


def test_list_shows_signs_of_this_town_only(office: Client, town: Municipality) -> None:
    sign_of(town, number=41)
    SignFactory.create(number=77, site__names={"ro": "Elsewhere"})
    page = office.get("/aville/signs/").content.decode()
    assert "No. 41" in page
    assert "Elsewhere" not in page


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("", [1, 2, 3]),
        ("?state=printed", [2]),
        ("?purpose=report", [3]),
        ("?category=playground", [1]),
        ("?q=2", [2]),
        ("?q=Mill", [3]),
        ("?state=nonsense", []),
        ("?zone=nonsense", []),
    ],
)
def test_list_is_narrowed_down(
    office: Client, town: Municipality, question: str, numbers: list[int]
) -> None:
    first = rated_site(municipality=town, names={"ro": "A"}, code="a")
    SignFactory.create(site=first, number=1)
    second = SiteFactory.create(municipality=town, names={"ro": "B"}, code="b")
    sign_in("printed", site=second, number=2)
    mill = SiteFactory.create(municipality=town, names={"ro": "Old Mill"}, code="x")
    SignFactory.create(site=mill, number=3, purpose="report")
    rows = office.get(f"/aville/signs/{question}").context["page"].object_list
    assert [row["number"] for row in rows] == numbers


def test_sign_is_found_by_its_code_however_it_is_typed(office: Client, town: Municipality) -> None:
    sign_of(town, "printed", number=5)
    wanted = sign_of(town, "printed", number=6)
    typed = wanted.codes.get().token.lower()
    rows = office.get("/aville/signs/", {"q": f"{typed[:3]} {typed[3:]}"}).context["page"]
    assert [row["number"] for row in rows.object_list] == [6]


def test_list_asks_the_database_no_more_for_more_signs(
    office: Client, town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        sign_of(town, "printed")
    with django_assert_max_num_queries(16):
        office.get("/aville/signs/")


def test_table_holds_code_and_place(office: Client, town: Municipality) -> None:
    sign = sign_of(town, "installed", number=9)
    answer = office.get("/aville/signs/?format=csv")
    table = b"".join(answer).decode("utf-8-sig")
    assert f"9,installed,rating,a5,{sign.site.code}" in table  # type: ignore[union-attr]
    assert sign.codes.get().token in table


@pytest.mark.parametrize("role", ["crew", "press", "owner"])
def test_register_is_for_the_office(client: Client, town: Municipality, role: str) -> None:
    client.force_login(MembershipFactory.create(municipality=town, role=role).user)
    for path in ("signs/", "signs/print/", "signs/plan/"):
        assert client.get(f"/aville/{path}").status_code == 403


def test_office_of_another_town_sees_nothing(office: Client) -> None:
    foreign = sign_in("installed")
    assert office.get(f"/aville/signs/{foreign.pk}/").status_code == 404
    moved = office.post(f"/aville/signs/{foreign.pk}/", {"to": "damaged"})
    assert moved.status_code == 404


# --- Planning and moving -------------------------------------------------------------------------


def test_signs_are_planned_for_a_kind_of_place_and_approved(
    office: Client, town: Municipality
) -> None:
    rated_site(municipality=town)
    SiteFactory.create(municipality=town)
    answer = office.post(
        "/aville/signs/plan/",
        {"purpose": "rating", "category": "playground", "size": "a5", "approve": "on"},
    )
    assert answer.headers["Location"] == "/aville/signs/print/"
    assert list(Sign.objects.values_list("state", flat=True)) == ["approved"]


def test_signs_without_a_round_are_counted_before_they_are_printed(
    office: Client, town: Municipality
) -> None:
    sign_of(town, "approved", number=1)
    planned = sign_of(town, "approved", number=2)
    walk = CrewRound.objects.create(
        municipality=town, name="Round 1", planned_on=dt.date(2026, 5, 4)
    )
    RoundStop.objects.create(round=walk, sign=planned, position=1)
    assert office.get("/aville/signs/print/").context["without_round"] == 1


def test_planned_signs_of_a_list_are_approved(office: Client, town: Municipality) -> None:
    sign_of(town)
    sign_of(town, purpose="report")
    office.post("/aville/signs/approve/?purpose=report")
    assert Sign.objects.in_state("approved").get().purpose == "report"


def test_move_is_written_down_with_its_reason(office: Client, town: Municipality) -> None:
    sign = sign_of(town, "installed")
    office.post(f"/aville/signs/{sign.pk}/", {"to": "on_hold", "reason": "Being repaved"})
    page = office.get(f"/aville/signs/{sign.pk}/").content.decode()
    assert "Being repaved" in page
    assert Sign.objects.get().state == "on_hold"


@pytest.mark.parametrize(
    ("state", "task", "move", "is_done"),
    [
        ("printed", "install", {"to": "installed", "reason": "Hung by the caretaker"}, True),
        ("installed", "inspect", {"to": "on_hold", "reason": "Being repaved"}, True),
        ("damaged", "replace", {"to": "retired", "reason": "The wall is gone"}, True),
        ("installed", "replace", {"to": "damaged", "reason": "Torn"}, False),
        ("installed", "inspect", {"to": "retired"}, False),
    ],
)
def test_move_from_the_page_ticks_the_stop_that_waited_for_it(
    office: Client, town: Municipality, state: str, task: str, move: dict[str, str], is_done: bool
) -> None:
    sign = sign_of(town, state)
    walk = CrewRound.objects.create(municipality=town, name="1", planned_on=dt.date(2026, 12, 1))
    stop = RoundStop.objects.create(round=walk, sign=sign, position=1, task=task)
    office.post(f"/aville/signs/{sign.pk}/", move)
    stop.refresh_from_db()
    assert (stop.done_on is not None) is is_done


@pytest.mark.parametrize(
    ("move", "sentence"),
    [
        ({"to": "retired"}, "Write the reason"),
        ({"to": "planned"}, "Select a valid choice"),
        ({}, "required"),
    ],
)
def test_refused_move_says_why(
    office: Client, town: Municipality, move: dict[str, str], sentence: str
) -> None:
    sign = sign_of(town, "installed")
    answer = office.post(f"/aville/signs/{sign.pk}/", move)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not sign.events.exists()


# --- Printing ------------------------------------------------------------------------------------


def test_run_is_ordered_made_and_fetched(office: Client, town: Municipality) -> None:
    sign_of(town, "approved")
    answer = office.post("/aville/signs/print/", {"size": "a5", "spares": "1"})
    path = answer.headers["Location"]
    assert "Look again" in office.get(path).content.decode()
    print_signs()
    page = office.get(path)
    assert "Look again" not in page.content.decode()
    assert "zxing-cpp" in page.content.decode()
    sheets = office.get(path + "signs.pdf")
    assert b"".join(sheets).startswith(b"%PDF")
    assert sheets.headers["Cache-Control"] == "private, no-store"
    assert Sign.objects.in_state("printed").count() == 2


def test_tables_of_a_run_name_every_code(office: Client, town: Municipality) -> None:
    sign = sign_of(town, "approved")
    path = office.post("/aville/signs/print/", {"size": "labels"}).headers["Location"]
    print_signs()
    token = sign.codes.get().token
    nfc = b"".join(office.get(path + "nfc.csv")).decode()
    proof = b"".join(office.get(path + "proof.csv")).decode()
    assert f"HTTPS://MEGDAN.EXAMPLE/S/{token}" in nfc
    assert PrintBatch.objects.get().sha256 in proof
    assert "1.00" in proof


def test_only_the_chosen_signs_are_printed(office: Client, town: Municipality) -> None:
    chosen = sign_of(town, "approved", purpose="report")
    sign_of(town, "approved")
    office.post("/aville/signs/print/?purpose=report", {"size": "a5"})
    assert PrintBatch.objects.get().batch_signs.get().sign == chosen


def test_spares_are_printed_alone(office: Client, town: Municipality) -> None:
    sign_of(town, "approved")
    office.post("/aville/signs/print/", {"size": "spares", "spares": "4", "only_spares": "on"})
    assert PrintBatch.objects.get().batch_signs.filter(sign__site=None).count() == 4
    assert PrintBatch.objects.get().batch_signs.count() == 4


def test_nothing_to_print_is_said_and_orders_nothing(office: Client, town: Municipality) -> None:
    sign_of(town, "planned")
    answer = office.post("/aville/signs/print/?state=planned", {"size": "a5"})
    assert answer.status_code == 422
    assert "No sign fits this choice" in answer.content.decode()
    assert not PrintBatch.objects.exists()


def test_refused_run_shows_the_reason_and_has_no_sheets(office: Client, town: Municipality) -> None:
    batch = PrintBatch.objects.create(
        municipality=town,
        format="a5",
        state="refused",
        problem="The host is another installation.",
        ordered_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
    )
    page = office.get(f"/aville/signs/print/{batch.pk}/").content.decode()
    assert "The host is another installation." in page
    for name in ("signs.pdf", "proof.csv", "nfc.csv"):
        answer = office.get(f"/aville/signs/print/{batch.pk}/{name}")
        assert answer.headers["Location"] == f"/aville/signs/print/{batch.pk}/"


def test_run_of_another_town_is_not_there(office: Client) -> None:
    batch = PrintBatch.objects.create(
        municipality=MunicipalityFactory.create(),
        format="a5",
        state="done",
        file=f"print/{uuid.uuid4()}.pdf",
        ordered_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
    )
    for name in ("", "signs.pdf", "nfc.csv", "proof.csv"):
        assert office.get(f"/aville/signs/print/{batch.pk}/{name}").status_code == 404
