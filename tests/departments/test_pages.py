"""Pages of offices, staff, calendars, works and history: who comes in, and what they do."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from departments.models import Calendar, CalendarVersion, Department, Membership, Works
from outbox.models import OutboxMessage
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.departments import (
    CalendarFactory,
    CalendarVersionFactory,
    DepartmentFactory,
    WorksFactory,
    member,
)
from tests.factories.zones import MunicipalityFactory, spot
from zones.models import Municipality, SettingChange

pytestmark = pytest.mark.django_db
LISTS = ["departments/", "staff/", "calendars/", "works/", "history/"]
FORMS = [
    "departments/add/",
    "departments/load/",
    "staff/invite/",
    "staff/load/",
    "calendars/add/",
    "calendars/load/",
    "works/add/",
]
FAR = dt.date(2200, 1, 1)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="piatra", names={"ro": "Piatra"})


@pytest.fixture
def administrator(client: Client, town: Municipality) -> User:
    user = MembershipFactory.create(municipality=town).user
    client.force_login(user)
    return user


@pytest.mark.parametrize("page", [*LISTS, *FORMS])
def test_strangers_sign_in_and_others_are_refused(
    client: Client, town: Municipality, page: str
) -> None:
    assert client.get(f"/piatra/town/{page}").status_code == 302
    client.force_login(member(town, "crew").user)
    assert client.get(f"/piatra/town/{page}").status_code == 403
    client.force_login(MembershipFactory.create().user)
    assert client.get(f"/piatra/town/{page}").status_code == 403


@pytest.mark.parametrize("page", [*LISTS, *FORMS])
@pytest.mark.parametrize("has_rows", [False, True])
def test_an_administrator_opens_each_page(
    client: Client, administrator: User, town: Municipality, page: str, has_rows: bool
) -> None:
    if has_rows:
        office = DepartmentFactory.create(municipality=town)
        member(town, "head", department=office)
        CalendarVersionFactory.create(calendar__municipality=town)
        WorksFactory.create(municipality=town, owner=office)
        SettingChange.objects.create(
            municipality=town, subject="works", changed_at=dt.datetime.now(dt.UTC), after={"a": 1}
        )
    assert client.get(f"/piatra/town/{page}").status_code == 200


@pytest.mark.parametrize("page", LISTS)
def test_each_list_is_a_file_too(client: Client, administrator: User, page: str) -> None:
    answer = client.get(f"/piatra/town/{page}?format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert b"".join(answer).startswith(b"\xef\xbb\xbf")


def test_a_page_of_another_towns_row_is_not_found(client: Client, administrator: User) -> None:
    office, role = DepartmentFactory.create(), MembershipFactory.create()
    calendar, works = CalendarFactory.create(), WorksFactory.create()
    for path in (
        f"departments/{office.pk}/",
        f"departments/{office.pk}/closing/",
        f"staff/{role.pk}/",
        f"staff/{role.pk}/end/",
        f"staff/{role.pk}/deputy/",
        f"staff/{role.pk}/letter/",
        f"staff/{role.pk}/leaving/",
        f"calendars/{calendar.pk}/",
        f"calendars/{calendar.pk}/publish/",
        f"works/{works.pk}/",
    ):
        assert client.post(f"/piatra/town/{path}").status_code in (404, 405), path


def test_a_department_is_added_changed_closed_and_opened(
    client: Client, administrator: User
) -> None:
    sent = {"code": "roads", "kind": "department", "names_ro": "Drumuri", "phone": "+40 233"}
    assert client.post("/piatra/town/departments/add/", sent).status_code == 302
    roads = Department.objects.get()
    path = f"/piatra/town/departments/{roads.pk}/"
    assert "+40 233" in client.get(path).content.decode()
    client.post(path, {**sent, "names_ro": "Străzi"})
    for is_active in (False, True):
        client.post(f"{path}closing/")
        roads.refresh_from_db()
        assert (roads.name, roads.is_active) == ("Străzi", is_active)


def test_what_a_service_refuses_stands_at_its_field(
    client: Client, administrator: User, town: Municipality
) -> None:
    DepartmentFactory.create(municipality=town, code="roads")
    sent = {"code": "roads", "kind": "department", "names_ro": "Drumuri"}
    page = client.post("/piatra/town/departments/add/", sent)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()


def test_an_invitation_is_written_in_the_language_of_the_invited(
    client: Client, administrator: User, town: Municipality
) -> None:
    sent = {"email": "Ion@town.example", "full_name": "Ion", "language": "ro", "role": "crew"}
    assert client.post("/piatra/town/staff/invite/", sent).status_code == 302
    letter, role = OutboxMessage.objects.get(), Membership.objects.get(role="crew")
    assert (letter.recipient, letter.language) == ("ion@town.example", "ro")
    assert "http://testserver/accounts/invitation/" in letter.body
    assert not role.user.has_usable_password()
    answer = client.get(letter.body.split("http://testserver", 1)[1].split()[0])
    assert answer.status_code in (200, 302)


def test_an_invitation_is_sent_again_and_withdrawn(
    client: Client, administrator: User, town: Municipality
) -> None:
    sent = {"email": "ion@town.example", "full_name": "Ion", "language": "ro", "role": "crew"}
    client.post("/piatra/town/staff/invite/", sent)
    role = Membership.objects.get(role="crew")
    client.post(f"/piatra/town/staff/{role.pk}/letter/")
    assert OutboxMessage.objects.count() == 2
    client.post(f"/piatra/town/staff/{role.pk}/withdraw/")
    assert not Membership.objects.not_ended(FAR).filter(pk=role.pk).exists()
    assert client.post(f"/piatra/town/staff/{role.pk}/withdraw/").status_code == 404


def test_signing_in_answers_an_invitation(client: Client, administrator: User) -> None:
    sent = {"email": "ion@town.example", "full_name": "Ion", "language": "ro", "role": "crew"}
    client.post("/piatra/town/staff/invite/", sent)
    role = Membership.objects.get(role="crew")
    assert "invited" in client.get("/piatra/town/staff/?q=ion@").content.decode()
    Client().force_login(role.user)
    assert role.invitations.get().accepted_at is not None


def test_a_role_is_changed_deputised_and_ended(
    client: Client, administrator: User, town: Municipality
) -> None:
    role, other = member(town, "crew"), member(town, "press")
    path = f"/piatra/town/staff/{role.pk}/"
    assert client.post(path, {"role": "crew_lead"}).status_code == 302
    period = {"first_day": "2199-01-01", "last_day": "2199-01-31", "person": other.user.pk}
    assert client.post(f"{path}deputy/", period).status_code == 302
    deputy = Membership.objects.get(deputy_for=role)
    assert (deputy.role, deputy.valid_until) == ("crew_lead", dt.date(2199, 2, 1))
    assert "2199" in client.get(path).content.decode()
    assert client.get(f"/piatra/town/staff/{deputy.pk}/").status_code == 200
    assert client.post(f"{path}end/", {"last_day": ""}).status_code == 302
    assert not Membership.objects.in_force(FAR).filter(pk=role.pk).exists()


def test_the_last_administrator_is_told_why_not(
    client: Client, administrator: User, town: Municipality
) -> None:
    role = Membership.objects.get(user=administrator)
    page = client.post(f"/piatra/town/staff/{role.pk}/end/", {"last_day": ""})
    assert "last administrator" in page.content.decode()


def test_a_hand_over_shows_its_summary_before_it_is_done(
    client: Client, administrator: User, town: Municipality
) -> None:
    leaver, successor = member(town, "crew_lead"), member(town, "press")
    path = f"/piatra/town/staff/{leaver.pk}/leaving/"
    assert client.get(path).status_code == 200
    summary = client.post(path, {"person": successor.user.pk})
    assert "passes to" in summary.content.decode()
    assert not Membership.objects.filter(user=successor.user, role="crew_lead").exists()
    client.post(path, {"person": successor.user.pk, "confirmed": "1"})
    assert Membership.objects.filter(user=successor.user, role="crew_lead").exists()


def test_a_calendar_is_added_and_published(client: Client, administrator: User) -> None:
    sent = {"code": "hall", "country": "ro", "names_ro": "Primăria"}
    assert client.post("/piatra/town/calendars/add/", sent).status_code == 302
    hall = Calendar.objects.get()
    path = f"/piatra/town/calendars/{hall.pk}/"
    days = {"source": "HG 1", "day_1": "2026-01-05", "state_1": "off", "reason_1": "punte"}
    rest = {f"state_{number}": "off" for number in (2, 3, 4)}
    assert client.post(f"{path}publish/", {**days, **rest}).status_code == 302
    page = client.get(f"{path}?year=2026").content.decode()
    assert "punte" in page
    dropped = {"source": "HG 2", "drop": "2026-01-05", "state_1": "off", **rest}
    client.post(f"{path}publish/", dropped)
    assert [row.overlay for row in CalendarVersion.objects.order_by("number")][1] == []
    assert "punte" in client.get(f"{path}?year=2026&version=1").content.decode()
    assert client.get(f"{path}?version=9").status_code == 404


def test_an_unknown_country_is_refused(client: Client, administrator: User) -> None:
    sent = {"code": "hall", "country": "XX", "names_ro": "Primăria"}
    assert client.post("/piatra/town/calendars/add/", sent).status_code == 200
    assert not Calendar.objects.exists()


@pytest.mark.parametrize(
    "place",
    [
        {"longitude": str(spot(1, 1).x), "latitude": str(spot(1, 1).y)},
        {"geometry": spot(1, 1).json},
        {"geometry": '{"type":"LineString","coordinates":[[26.31,46.91],[26.32,46.92]]}'},
    ],
)
def test_works_are_entered_by_point_or_shape(
    client: Client, administrator: User, town: Municipality, place: dict[str, str]
) -> None:
    office = DepartmentFactory.create(municipality=town)
    sent = {
        "kind": "repair",
        "owner": office.pk,
        "names_ro": "Asfaltare",
        "starts_on": "2026-05-04",
        "last_day": "2026-05-10",
        **place,
    }
    assert client.post("/piatra/town/works/add/", sent).status_code == 302
    works = Works.objects.get()
    assert works.ends_on == dt.date(2026, 5, 11)
    assert "Asfaltare" in client.get(f"/piatra/town/works/{works.pk}/").content.decode()


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"longitude": "0", "latitude": "0"},
        {"longitude": "x", "latitude": "1"},
        {"geometry": "POINT(1 1)"},
        {"place_text": "Strada Nicăieri 7"},
    ],
)
def test_a_place_that_is_none_is_refused(
    client: Client, administrator: User, town: Municipality, place: dict[str, str]
) -> None:
    office = DepartmentFactory.create(municipality=town)
    sent = {"kind": "repair", "owner": office.pk, "names_ro": "X", "starts_on": "2026-05-04"}
    assert client.post("/piatra/town/works/add/", {**sent, **place}).status_code == 200
    assert not Works.objects.exists()


def test_a_head_edits_works_of_the_own_office_and_below_only(
    client: Client, town: Municipality
) -> None:
    own = DepartmentFactory.create(municipality=town)
    below = DepartmentFactory.create(municipality=town, parent=own)
    mine = WorksFactory.create(municipality=town, owner=below, names={"ro": "Ale mele"})
    others = WorksFactory.create(municipality=town, names={"ro": "Ale altora"})
    client.force_login(member(town, "head", department=own).user)
    page = client.get("/piatra/town/works/").content.decode()
    assert "Ale mele" in page
    assert "Ale altora" not in page
    assert client.get(f"/piatra/town/works/{mine.pk}/").status_code == 200
    assert client.get(f"/piatra/town/works/{others.pk}/").status_code == 403
    sent = {"kind": "repair", "owner": others.owner.pk, "names_ro": "X", "starts_on": "2026-05-04"}
    place = {"longitude": str(spot(1, 1).x), "latitude": str(spot(1, 1).y)}
    assert client.post("/piatra/town/works/add/", {**sent, **place}).status_code == 200
    assert Works.objects.count() == 2


def test_the_data_protection_officer_reads_the_history_and_nothing_else(
    client: Client, town: Municipality
) -> None:
    client.force_login(member(town, "observer").user)
    assert client.get("/piatra/town/history/").status_code == 200
    assert client.get("/piatra/town/staff/").status_code == 403


def test_the_history_says_changes_in_words_and_can_be_narrowed(
    client: Client, administrator: User, town: Municipality
) -> None:
    sent = {"code": "roads", "kind": "department", "names_ro": "Drumuri"}
    client.post("/piatra/town/departments/add/", sent)
    today = dt.datetime.now(dt.UTC).date()
    page = client.get(f"/piatra/town/history/?subject=department&person={administrator.pk}")
    assert "department of the town hall" in page.content.decode()
    assert "Drumuri" in page.content.decode()
    for nothing in ("subject=works", f"person={UserFactory.create().pk}", "first=2199-01-01"):
        assert "Drumuri" not in client.get(f"/piatra/town/history/?{nothing}").content.decode()
    around = f"first={today - dt.timedelta(days=1)}&last={today + dt.timedelta(days=1)}"
    assert "Drumuri" in client.get(f"/piatra/town/history/?{around}").content.decode()


@pytest.mark.parametrize("page", LISTS)
def test_a_list_asks_the_same_whatever_its_length(
    client: Client,
    administrator: User,
    town: Municipality,
    page: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(12):
        office = DepartmentFactory.create(municipality=town)
        member(town, "head", department=office)
        CalendarVersionFactory.create(calendar__municipality=town)
        WorksFactory.create(municipality=town, owner=office)
        SettingChange.objects.create(
            municipality=town,
            subject="works",
            changed_at=dt.datetime.now(dt.UTC),
            changed_by=administrator,
            after={"a": 1},
        )
    with django_assert_max_num_queries(15):
        client.get(f"/piatra/town/{page}")


def test_staff_without_a_second_factor_are_sent_to_set_it_up(
    client: Client, administrator: User, settings: object
) -> None:
    settings.MEGDAN_STAFF_SECOND_FACTOR = True  # type: ignore[attr-defined]
    answer = client.get("/piatra/town/staff/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/security/")
