"""Pages of those who take reports in: telephone and paper, letters, numbers of the register."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from incidents.models import Category, Incident, IncidentEvent, MailDraft
from incidents.services.recording import SYSTEM
from incidents.services.register import set_register_number
from tests.factories.departments import NOON, DepartmentFactory, member
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.zones import AddressFactory, MunicipalityFactory, StreetFactory, spot
from tests.incidents.test_letters_services import picture
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    """A town with reports."""
    return MunicipalityFactory.create(slug="town", modules=["reports"])


@pytest.fixture
def lamp(town: Municipality) -> Category:
    """A lamp that does not burn."""
    return CategoryFactory.create(
        municipality=town, names={"en": "Street lamp", "ro": "Bec ars"}, words={"ro": ["bec"]}
    )


@pytest.fixture
def desk(town: Municipality) -> Client:
    """A clerk for the whole town."""
    return browser(town, "clerk")


def browser(town: Municipality, role: str, **fields: Any) -> Client:
    """Somebody of the staff, who reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(member(town, role, **fields).user)
    return client


def typed(**changes: Any) -> dict[str, Any]:
    """A call about a lamp at a point of the map."""
    given = {
        "source": "phone",
        "kind": "Street lamp",
        "words": "It does not burn.",
        "longitude": "26.305",
        "latitude": "46.905",
        "name": "Ana Ionescu",
        "phone": "0712 345 678",
        "language": "ro",
    }
    return {**given, **changes}


def draft(town: Municipality, **fields: Any) -> MailDraft:
    """A letter that waits."""
    given = {
        "municipality": town,
        "message_id": f"{MailDraft.objects.count()}@home.example",
        "sender": "ana@home.example",
        "sender_name": "Ana",
        "subject": "Bec",
        "text": "Nu arde.",
        "received_at": NOON,
    }
    return MailDraft.objects.create(**{**given, **fields})


# --- Telephone and paper -------------------------------------------------------------------------


def test_a_call_becomes_a_report_with_the_number_of_the_register(
    desk: Client, lamp: Category
) -> None:
    scan = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    answer = desk.post(
        "/town/desk/take-in/",
        typed(source="paper", register_number="PS-7", registered_on="2026-11-02", photos=scan),
        follow=True,
    )
    incident = Incident.objects.get()
    assert (incident.source, incident.category) == ("paper", lamp)
    assert (incident.register_number, incident.registered_on) == ("PS-7", dt.date(2026, 11, 2))
    assert incident.attachments.filter(role="photo").count() == 1
    assert incident.reporter.name == "Ana Ionescu"
    assert incident.reference in answer.content.decode()
    assert b'"role":"clerk"' in bytes(IncidentEvent.objects.get(seq=1).body)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "zzzz"}, "kind"),
        ({"words": ""}, "words"),
        ({"longitude": "", "latitude": ""}, "written"),
        ({"longitude": "10", "latitude": "10"}, "written"),
        ({"sign": "ABCDEFG"}, "sign"),
        ({"register_number": "7"}, "registered_on"),
        ({"register_number": "7", "registered_on": "2999-01-01"}, "registered_on"),
        ({"email": "x"}, "email"),
    ],
)
def test_what_is_not_clear_is_asked(
    desk: Client, lamp: Category, changes: dict[str, str], field: str
) -> None:
    answer = desk.post("/town/desk/take-in/", typed(**changes))
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert not Incident.objects.exists()


def test_a_place_nobody_knows_can_be_taken_in(desk: Client, lamp: Category) -> None:
    desk.post("/town/desk/take-in/", typed(longitude="", latitude="", is_nowhere="on"))
    assert Incident.objects.get().geometry is None


def test_an_address_is_looked_up(desk: Client, town: Municipality, lamp: Category) -> None:
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Lalelelor"})
    AddressFactory.create(
        municipality=town, street=street, address_number="3", location=spot(0.5, 0.5)
    )
    desk.post("/town/desk/take-in/", typed(longitude="", latitude="", written="Strada Lalelelor 3"))
    geometry = Incident.objects.get().geometry
    assert geometry is not None
    assert geometry.equals_exact(spot(0.5, 0.5), 1e-6)


def test_a_word_that_means_several_kinds_is_asked_about(
    desk: Client, town: Municipality, lamp: Category
) -> None:
    other = CategoryFactory.create(municipality=town, names={"en": "Traffic lamp"})
    answer = desk.post("/town/desk/take-in/", typed(kind="lamp"))
    assert set(answer.context["form"].found) == {lamp, other}
    desk.post("/town/desk/take-in/", typed(kind="lamp", category=str(other.pk)))
    assert Incident.objects.get().category == other


def test_a_clerk_of_one_department_sees_the_own_receipt_and_no_other(
    town: Municipality, lamp: Category
) -> None:
    office = DepartmentFactory.create(municipality=town)
    clerk = browser(town, "clerk", department=office)
    other = reported(town)
    assert clerk.post("/town/desk/take-in/", typed(), follow=True).status_code == 200
    assert clerk.get(f"/town/desk/take-in/{other.pk}/").status_code == 404


def test_only_those_who_take_in_come_here(town: Municipality, lamp: Category) -> None:
    letter = draft(town)
    paths = [
        "/town/desk/take-in/",
        "/town/desk/letters/",
        f"/town/desk/letters/{letter.pk}/",
        "/town/desk/register/",
        "/town/desk/register/numbers.csv",
    ]
    for role, status in (("handler", 403), ("administrator", 403), ("dispatcher", 200)):
        client = browser(town, role)
        assert {client.get(path).status_code for path in paths} == {status}, role
    off = MunicipalityFactory.create(slug="off", modules=[])
    assert browser(off, "clerk").get("/off/desk/take-in/").status_code == 404


# --- Letters -------------------------------------------------------------------------------------


def test_one_press_makes_the_report_that_was_proposed(
    desk: Client, town: Municipality, lamp: Category
) -> None:
    letter = draft(town, proposed_category=lamp, proposed_place=spot(0.5, 0.5))
    desk.post(f"/town/desk/letters/{letter.pk}/make/")
    letter.refresh_from_db()
    assert (letter.state, Incident.objects.get().category) == ("made", lamp)


def test_without_a_proposal_the_press_asks(desk: Client, town: Municipality) -> None:
    letter = draft(town)
    answer = desk.post(f"/town/desk/letters/{letter.pk}/make/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/town/desk/letters/{letter.pk}/"
    assert not Incident.objects.exists()


def test_a_letter_is_corrected_and_made(desk: Client, town: Municipality, lamp: Category) -> None:
    letter = draft(town)
    path = f"/town/desk/letters/{letter.pk}/"
    assert desk.get(path).status_code == 200
    answer = desk.post(path, typed(register_number="PS-9", registered_on="2026-11-01"))
    assert answer.status_code == 302
    assert Incident.objects.get().register_number == "PS-9"
    assert desk.get(path).status_code == 404


def test_a_letter_is_joined_to_a_report_the_clerk_sees(desk: Client, town: Municipality) -> None:
    incident = reported(town)
    elsewhere = reported(MunicipalityFactory.create(modules=["reports"]))
    elsewhere.reference = "2026-999999"
    elsewhere.save()
    letter = draft(town)
    for reference, state in (("2026-999999", "waiting"), (incident.reference, "joined")):
        desk.post(f"/town/desk/letters/{letter.pk}/join/", {"reference": reference})
        letter.refresh_from_db()
        assert letter.state == state


def test_a_letter_is_put_aside(desk: Client, town: Municipality) -> None:
    letter = draft(town)
    desk.post(f"/town/desk/letters/{letter.pk}/refuse/")
    letter.refresh_from_db()
    assert letter.state == "refused"


def test_letters_of_another_town_are_not_found(desk: Client, town: Municipality) -> None:
    foreign = draft(MunicipalityFactory.create(modules=["reports"]), pictures=["x"])
    base = f"/town/desk/letters/{foreign.pk}/"
    assert desk.get(base).status_code == 404
    for verb in ("make", "join", "refuse"):
        assert desk.post(f"{base}{verb}/").status_code == 404
    picture_path = f"{base}pictures/00000000-0000-4000-8000-000000000000/"
    assert desk.get(picture_path).status_code == 404


def test_what_a_stranger_wrote_is_never_markup(desk: Client, town: Municipality) -> None:
    letter = draft(town, subject="<script>x</script>", text="<img src=x>")
    for path in ("/town/desk/letters/", f"/town/desk/letters/{letter.pk}/"):
        page = desk.get(path).content.decode()
        assert "<script>x" not in page
        assert "<img src=x>" not in page


def test_the_list_of_letters_costs_the_same_for_many(
    desk: Client, town: Municipality, django_assert_max_num_queries: Any
) -> None:
    for _ in range(25):
        draft(town)
    with django_assert_max_num_queries(14):
        desk.get("/town/desk/letters/")


# --- Numbers of the register ---------------------------------------------------------------------


def table(*rows: str) -> SimpleUploadedFile:
    """A file of numbers."""
    return SimpleUploadedFile("n.csv", "\n".join(["reference,number,date", *rows]).encode())


def exported_by(client: Client) -> str:
    """The numbers a clerk gets."""
    answer = client.get("/town/desk/register/numbers.csv")
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_numbers_go_out_and_come_back(desk: Client, town: Municipality) -> None:
    first, second = reported(town), reported(town)
    set_register_number(incident=first, number="1", on=dt.date(2026, 5, 4), actor=SYSTEM, now=NOON)
    exported = exported_by(desk)
    assert f"{first.reference},1,2026-05-04" in exported
    tried = desk.post("/town/desk/register/", {"file": table(f"{second.reference},2,2026-05-04")})
    assert tried.status_code == 200
    second.refresh_from_db()
    assert second.register_number == ""  # a trial stores nothing
    text = f"reference,number,date\n{second.reference},2,2026-05-04"
    desk.post("/town/desk/register/", {"text": text, "name": "n.csv"})
    second.refresh_from_db()
    assert (second.register_number, second.registered_on) == ("2", dt.date(2026, 5, 4))


def test_each_wrong_line_is_told_and_nothing_is_stored(desk: Client, town: Municipality) -> None:
    mine = reported(town)
    foreign = reported(MunicipalityFactory.create(modules=["reports"]))
    foreign.reference = "2026-888888"
    foreign.save()
    answer = desk.post(
        "/town/desk/register/",
        {
            "file": table(
                f"{mine.reference},1,2026-05-04",
                "2026-999999,2,2026-05-04",
                "2026-888888,3,2026-05-04",
                f"{reported(town).reference},4,tomorrow",
                f"{reported(town).reference},5,2999-01-01",
            )
        },
    )
    assert answer.status_code == 422
    assert [fault.line for fault in answer.context["faults"]] == [3, 4, 5, 6]
    mine.refresh_from_db()
    assert mine.register_number == ""


def test_a_number_is_given_once_a_year(desk: Client, town: Municipality) -> None:
    one, two = reported(town), reported(town)
    answer = desk.post(
        "/town/desk/register/",
        {"file": table(f"{one.reference},1,2026-05-04", f"{two.reference},1,2026-05-03")},
    )
    assert answer.status_code == 422


def test_a_narrowed_clerk_neither_sees_nor_sets_other_numbers(town: Municipality) -> None:
    incident = reported(town)
    clerk = browser(town, "clerk", department=DepartmentFactory.create(municipality=town))
    exported = exported_by(clerk)
    assert incident.reference not in exported
    answer = clerk.post(
        "/town/desk/register/", {"file": table(f"{incident.reference},1,2026-05-04")}
    )
    assert answer.status_code == 422
