"""The residents' desk: nobody is listed, each look is recorded, clerks stay in their area."""

import datetime as dt
from typing import Any

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import SignInCard, User
from accounts.services import holder_of
from outbox.models import OutboxMessage
from residents.masking import masked
from residents.models import AddressQuestion, Residence, Resident, Reveal
from residents.services.desk import Visitor, new_card, register_at_desk
from residents.services.memberships import place_residence
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.departments import NOON, DepartmentFactory
from tests.residents.homes import at, clerk_of, door, lively_town, resident_at
from zones.days import civil_day
from zones.models import Address, Municipality, Zone

pytestmark = pytest.mark.django_db
DESK = "/piatra/desk/residents/"


@pytest.fixture
def town() -> Municipality:
    return lively_town()


@pytest.fixture
def address(town: Municipality) -> Address:
    return door(town)


@pytest.fixture
def clerk(client: Client, town: Municipality) -> User:
    found = clerk_of(town)
    client.force_login(found)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return found


def visitor(**changed: Any) -> Visitor:
    facts = {"full_name": "Maria Ion", "birth_year": 1950, "language": "ro", **changed}
    return Visitor(**facts)


def registered(town: Municipality, address: Address, **changed: Any) -> Resident:
    areas = changed.pop("areas", None)
    return register_at_desk(
        municipality=town,
        visitor=visitor(**changed),
        choice=at(address),
        actor=clerk_of(town),
        areas=areas,
        now=NOON,
    )


def refusal(town: Municipality, address: Address, **changed: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        registered(town, address, **changed)
    found = refused.value
    if hasattr(found, "error_dict"):
        (errors,) = found.error_dict.values()
        return str(errors[0].code)
    return str(found.code)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Strada Dărmănești 7, bl. 3", "Strada Dăr…"),
        ("Mihai Eminescu 12", "Mihai Emi…"),
        ("Bl. 14", "Bl.…"),
        ("12", "…"),
        ("", "…"),
    ],
)
def test_a_masked_address_has_no_number(words: str, shown: str) -> None:
    assert masked(words) == shown


def test_somebody_without_e_mail_is_registered_and_placed(
    town: Municipality, address: Address
) -> None:
    resident = registered(town, address, has_shown_paper=True)
    home = resident.residences.get()
    assert (resident.user.email, resident.user.full_name) == ("", "Maria Ion")
    assert (resident.origin, resident.finished_at) == ("desk", NOON)
    assert resident.registered_by == home.declared_by == home.assured_by
    assert home.assurance == Residence.Assurance.DESK
    assert home.zones.open().get(kind__code="neighbourhood").zone.code == "west"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"birth_year": 2015}, "too_young"),
        ({"birth_year": 2010}, "edge"),
        ({"birth_year": 1800}, "impossible"),
        ({"full_name": "  "}, "no_name"),
    ],
)
def test_the_desk_keeps_the_rules_too(
    town: Municipality, address: Address, changed: dict[str, Any], code: str
) -> None:
    assert refusal(town, address, **changed) == code
    assert not Resident.objects.exists()
    assert not User.objects.filter(email="").exists()


def test_the_same_person_is_not_registered_twice(town: Municipality, address: Address) -> None:
    registered(town, address)
    assert refusal(town, address, full_name="maria  ion") == "double"
    registered(town, address, birth_year=1975)


def test_a_card_signs_in_until_the_next_one_is_printed(
    town: Municipality, address: Address
) -> None:
    resident = registered(town, address)
    clerk = clerk_of(town)
    first = new_card(resident=resident, actor=clerk, now=NOON)
    assert holder_of(first) == resident.user
    second = new_card(resident=resident, actor=clerk, now=NOON)
    assert (holder_of(first), holder_of(second)) == (None, resident.user)


@pytest.mark.parametrize("person", ["with e-mail", "with a role"])
def test_no_clerk_takes_an_account_over_by_a_card(
    town: Municipality, address: Address, person: str
) -> None:
    user = UserFactory.create(email="" if person == "with a role" else "a@b.example")
    if person == "with a role":
        MembershipFactory.create(municipality=town, user=user)
    home = resident_at(address, town, user)
    with pytest.raises(ValidationError) as refused:
        new_card(resident=home.resident, actor=clerk_of(town), now=NOON)
    assert refused.value.code in {"has_mail", "staff"}
    assert not SignInCard.objects.exists()


def test_the_card_comes_as_a_file_and_its_code_is_kept_nowhere(
    client: Client, town: Municipality, address: Address, clerk: User
) -> None:
    resident = registered(town, address)
    answer = client.post(f"{DESK}{resident.pk}/card/")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    words = pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_range()
    assert "Maria Ion" in words
    assert SignInCard.objects.get(withdrawn_at=None).issued_by == clerk


def test_registering_at_the_desk_by_its_pages(
    client: Client, town: Municipality, address: Address, clerk: User
) -> None:
    sent = {"full_name": "Maria Ion", "birth_year": "1950", "language": "ro", "written": "Strada"}
    asked = client.post(f"{DESK}new/", sent)
    assert asked.status_code == 200
    answer = client.post(f"{DESK}new/", {**sent, "asked": "Strada", "home": f"{address.pk}"})
    resident = Resident.objects.get()
    assert answer["Location"] == f"{DESK}{resident.pk}/"
    assert resident.residences.get().address == address


def test_nobody_is_listed(
    client: Client, town: Municipality, address: Address, clerk: User
) -> None:
    resident_at(address, town, UserFactory.create(full_name="Ana Canary"))
    for question in ("", "?q=Ana", "?page=1", "?format=csv"):
        assert b"Canary" not in client.get(DESK + question).content
    answer = client.post(DESK, {"reason": "visit"})
    assert answer.status_code == 400


@pytest.mark.parametrize("email", ["ana@home.example", "ANA@home.example", "ana@home.exampl"])
def test_a_person_is_found_by_the_whole_e_mail_address(
    client: Client, town: Municipality, address: Address, clerk: User, email: str
) -> None:
    resident_at(address, town, UserFactory.create(email="ana@home.example", full_name="Ana Pop"))
    found = client.post(DESK, {"email": email, "reason": "visit"})
    assert (b"Ana Pop" in found.content) == email.lower().endswith("example")
    assert b"Strada 0.5 7" not in found.content
    assert not Reveal.objects.exists()


def test_a_person_is_found_by_the_card(
    client: Client, town: Municipality, address: Address, clerk: User
) -> None:
    code = new_card(resident=registered(town, address), actor=clerk, now=NOON)
    assert b"Maria Ion" in client.post(DESK, {"card": code, "reason": "visit"}).content


def test_looking_who_lives_at_an_address_is_recorded_for_each(
    client: Client, town: Municipality, address: Address, clerk: User
) -> None:
    homes = [resident_at(address, town) for _number in range(2)]
    asked = {"place": "Strada 0.5 7", "home": f"{address.pk}", "reason": "call"}
    answer = client.post(DESK, asked)
    assert all(str(one.resident.user).encode() in answer.content for one in homes)
    looks = set(Reveal.objects.values_list("resident_number", "seen_by", "reason"))
    assert looks == {(one.resident_id, clerk.pk, "call") for one in homes}


def test_each_page_with_a_whole_address_wrote_one_look(
    client: Client, town: Municipality, clerk: User
) -> None:
    home = resident_at(door(town, number="4711"), town)
    unknown = resident_at(None, town, written="Behind the mill 4711")
    question = AddressQuestion.objects.create(residence=unknown, asked_at=NOON)
    one = f"{DESK}{home.resident_id}/"
    email = home.resident.user.email
    visits = [
        ("get", DESK, {}),
        ("post", DESK, {"email": email, "reason": "visit"}),
        ("get", one, {}),
        ("post", one, {"reason": ""}),
        ("post", one, {"reason": "because"}),
        ("post", one, {"reason": "visit"}),
        ("get", f"{one}move/", {}),
        ("get", f"{DESK}questions/", {}),
        ("get", f"{DESK}questions/{question.pk}/", {}),
        ("get", f"{DESK}letters/", {}),
        ("post", one, {"reason": "request"}),
    ]
    shown = 0
    for method, path, sent in visits:
        before = Reveal.objects.count()
        page = getattr(client, method)(path, sent).content.decode()
        whole = "4711" in page
        assert Reveal.objects.count() - before == int(whole), path
        shown += whole
    assert shown == 3


def test_a_clerk_of_another_town_sees_nobody(
    client: Client, town: Municipality, address: Address
) -> None:
    home = resident_at(address, town)
    client.force_login(clerk_of(lively_town("elsewhere")))
    assert client.get(f"{DESK}{home.resident_id}/").status_code == 403
    theirs = f"/elsewhere/desk/residents/{home.resident_id}/"
    assert client.get(theirs).status_code == 404
    assert client.post(theirs, {"reason": "visit"}).status_code == 404
    found = client.post(
        "/elsewhere/desk/residents/", {"email": home.resident.user.email, "reason": "visit"}
    )
    assert str(home.resident.user).encode() not in found.content
    assert not Reveal.objects.exists()


def test_a_role_for_a_department_serves_everybody(
    client: Client, town: Municipality, address: Address
) -> None:
    home = resident_at(address, town)
    client.force_login(clerk_of(town, department=DepartmentFactory.create(municipality=town)))
    assert client.get(f"{DESK}{home.resident_id}/").status_code == 200


def test_a_role_for_an_area_serves_who_lives_there(client: Client, town: Municipality) -> None:
    west, east = resident_at(door(town, 0.5), town), resident_at(door(town, 2.5), town)
    for home in (west, east):
        place_residence(residence=home, now=NOON)
    clerk = clerk_of(town)
    clerk.memberships.get().areas.set(Zone.objects.filter(code="west"))
    client.force_login(clerk)
    assert client.get(f"{DESK}{west.resident_id}/").status_code == 200
    assert client.get(f"{DESK}{east.resident_id}/").status_code == 404
    found = client.post(DESK, {"email": east.resident.user.email, "reason": "visit"})
    assert str(east.resident.user).encode() not in found.content


def test_a_clerk_of_an_area_registers_nobody_elsewhere(town: Municipality) -> None:
    areas = set(Zone.objects.filter(code="west").values_list("pk", flat=True))
    assert refusal(town, door(town, 2.5), areas=areas) == "outside_area"
    registered(town, door(town, 0.5), areas=areas)


def test_an_unknown_address_is_settled_by_one_of_the_register(
    client: Client, town: Municipality, address: Address, clerk: User
) -> None:
    home = resident_at(None, town)
    question = AddressQuestion.objects.create(residence=home, asked_at=NOON)
    client.post(f"{DESK}questions/{question.pk}/", {"answer": f"{address.pk}"})
    question.refresh_from_db()
    home.refresh_from_db()
    assert (question.state, question.answer, question.settled_by) == ("settled", "address", clerk)
    assert (home.address, home.written) == (address, "Strada 0.5 7")
    assert home.zones.open().exists()
    assert "Strada 0.5 7" in OutboxMessage.objects.get().body


@pytest.mark.parametrize(("answer", "state"), [("pin", "settled"), ("ask", "asked")])
def test_an_unknown_address_stays_at_the_pin_or_goes_back_to_the_person(
    client: Client, town: Municipality, clerk: User, answer: str, state: str
) -> None:
    question = AddressQuestion.objects.create(residence=resident_at(None, town), asked_at=NOON)
    client.post(f"{DESK}questions/{question.pk}/", {"answer": answer})
    question.refresh_from_db()
    assert (question.state, question.settled_by) == (state, clerk)
    assert OutboxMessage.objects.count() == 1


def test_an_address_of_another_town_settles_nothing(
    client: Client, town: Municipality, clerk: User
) -> None:
    question = AddressQuestion.objects.create(residence=resident_at(None, town), asked_at=NOON)
    foreign = door(lively_town("elsewhere"))
    client.post(f"{DESK}questions/{question.pk}/", {"answer": f"{foreign.pk}"})
    question.refresh_from_db()
    assert question.state == "open"


def test_the_pile_is_printed_by_its_page(
    client: Client, town: Municipality, address: Address, clerk: User
) -> None:
    home = resident_at(address, town)
    client.post(f"{DESK}{home.resident_id}/letter/")
    answer = client.post(f"{DESK}letters/", {"pile": "1"})
    assert answer["Content-Type"] == "application/pdf"
    letter = home.letters.get()
    assert (letter.printed_by, letter.expires_on - civil_day(letter.asked_at, town.timezone)) == (
        clerk,
        dt.timedelta(days=30),
    )
    assert b"Print again" in client.get(f"{DESK}letters/").content
    client.post(f"{DESK}letters/", {"returned": "1", "numbers": f"{letter.pk}"})
    letter.refresh_from_db()
    assert letter.returned_at is not None


def test_a_town_that_registers_nobody_has_no_desk(client: Client, town: Municipality) -> None:
    client.force_login(clerk_of(town))
    Municipality.objects.update(modules=["ratings"])
    assert client.get(DESK).status_code == 404


def test_the_search_takes_as_many_questions_for_many_homes(
    client: Client, town: Municipality, address: Address, clerk: User,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for _number in range(25):
        resident_at(address, town)
    asked = {"place": "Strada 0.5 7", "home": f"{address.pk}", "reason": "visit"}
    with django_assert_max_num_queries(26):
        page = client.post(DESK, asked).content.decode()
    assert page.count('class="row-link" href="/piatra/desk/residents/') >= 20
