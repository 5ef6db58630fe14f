"""Loading tables by command and page: whole or nothing, and a trial stores nothing."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from departments.acts import Act
from departments.csv_rows import FaultyFile
from departments.loading import Loaded, load_calendars, load_departments, load_staff
from departments.models import Calendar, CalendarVersion, Department, Membership
from outbox.models import OutboxMessage
from tests.factories.accounts import MembershipFactory
from tests.factories.departments import NOON, DepartmentFactory, act_of, changes, member
from tests.factories.zones import MunicipalityFactory, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
DEPARTMENTS = """code;name_ro;kind;parent;phone
roads;Drumuri;department;technical;+40 233
technical;Tehnic;department;;
"""
STAFF = """email,full_name,language,role,department,areas,first_day,last_day
ion@town.example,Ion,ro,crew,,neighbourhood:centre,2026-05-01,2026-05-31
ana@town.example,Ana,ro,head,roads,,,
"""
CALENDARS = """calendar,name_ro,country,day,state,reason,act
hall,Primăria,RO,2026-01-05,off,punte,HG 1
hall,,,2026-01-10,working,,HG 1
"""


@pytest.fixture
def town() -> Municipality:
    town = MunicipalityFactory.create(slug="piatra")
    zone_with_shape(town, code="centre", geometry=square(0, 0))
    return town


def loads(town: Municipality) -> list[tuple[Callable[..., Loaded], str]]:
    """Each load with a good file; staff need the office that comes before."""
    return [(load_departments, DEPARTMENTS), (load_staff, STAFF), (load_calendars, CALENDARS)]


def test_what_a_file_says_is_stored_once(town: Municipality) -> None:
    act = act_of(town)
    for load, text in loads(town):
        assert load(municipality=town, raw=text.encode(), act=act).added
        written = len(changes(town))
        again = load(municipality=town, raw=text.encode(), act=act)
        assert (again.is_nothing, again.unchanged > 0) == (True, True)
        assert len(changes(town)) == written
    assert Department.objects.get(code="roads").parent == Department.objects.get(code="technical")
    ion = Membership.objects.get(user__email="ion@town.example")
    assert str(ion.valid_until) == "2026-06-01"
    assert [zone.code for zone in ion.areas.all()] == ["centre"]
    assert len(CalendarVersion.objects.get().overlay) == 2


def test_a_trial_reports_the_same_and_stores_nothing(town: Municipality) -> None:
    act = act_of(town)
    DepartmentFactory.create(municipality=town, code="roads")
    for load, text in loads(town):
        loaded = load(municipality=town, raw=text.encode(), act=act, is_trial=True)
        assert loaded.added
    assert Department.objects.count() == 1
    assert not Calendar.objects.exists()
    assert not Membership.objects.filter(role="crew").exists()
    assert changes(town) == []


@pytest.mark.parametrize(
    ("load", "text", "lines"),
    [
        (
            load_departments,
            "code,name_ro,parent,in_use\na,A,nowhere,\nb,,,\nc,C,,maybe\n",
            [2, 3, 4],
        ),
        (load_departments, "code,name_ro,parent\na,A,b\nb,B,a\n", [2]),
        (load_departments, "code,name_ro,kind\n,A,\nb,B,king\nb,C,\n", [2, 3, 4]),
        (load_departments, "code,name_ro,email\na,A,nobody\nb c,B,\n", [2, 3]),
        (
            load_staff,
            "email,role,department,areas,first_day,last_day\n"
            "x,crew,,,,\n"
            "a@b.example,king,,,,\n"
            "a@b.example,crew,nowhere,,,\n"
            "c@b.example,crew,,atlantis,,\n"
            "d@b.example,crew,,,31.01.2026,\n"
            "e@b.example,crew,,,2026-05-02,2026-05-01\n",
            [2, 3, 4, 5, 6, 7],
        ),
        (
            load_calendars,
            "calendar,name_ro,country,day,state\nhall,A,XX,,\nb,B,RO,soon,off\nb,,,2026-01-05,maybe\n",
            [2, 3, 4],
        ),
    ],
)
def test_every_line_that_is_wrong_is_told_and_nothing_is_stored(
    town: Municipality, load: Callable[..., Loaded], text: str, lines: list[int]
) -> None:
    act = act_of(town)
    with pytest.raises(FaultyFile) as refused:
        load(municipality=town, raw=text.encode(), act=act)
    assert sorted({fault.line for fault in refused.value.faults}) == lines
    assert changes(town) == []
    assert not Department.objects.exists()


def test_a_file_cannot_take_the_last_administrator_away(town: Municipality) -> None:
    last = member(town, "administrator")
    text = f"email,role,last_day\n{last.user.email},administrator,2199-01-01\n"
    with pytest.raises(FaultyFile, match="last administrator"):
        load_staff(municipality=town, raw=text.encode(), act=Act(last.user, NOON))
    last.refresh_from_db()
    assert last.valid_until is None


@pytest.mark.parametrize("page", ["departments", "staff", "calendars"])
def test_an_export_can_be_loaded_back_unchanged(
    client: Client, town: Municipality, page: str
) -> None:
    act = act_of(town)
    for load, good in loads(town):
        load(municipality=town, raw=good.encode(), act=act)
    client.force_login(MembershipFactory.create(municipality=town).user)
    load = dict(zip(("departments", "staff", "calendars"), loads(town), strict=True))[page][0]
    raw = b"".join(client.get(f"/piatra/town/{page}/?format=csv"))
    assert raw.count(b"\n") > 1
    assert load(municipality=town, raw=raw, act=act).is_nothing


def test_a_page_shows_the_report_before_anything_is_stored(
    client: Client, town: Municipality
) -> None:
    client.force_login(MembershipFactory.create(municipality=town).user)
    path = "/piatra/town/departments/load/"
    upload = SimpleUploadedFile("offices.csv", DEPARTMENTS.encode())
    tried = client.post(path, {"file": upload}).content.decode()
    assert "Drumuri" in tried
    assert not Department.objects.exists()
    stored = client.post(path, {"text": DEPARTMENTS, "name": "offices.csv"})
    assert stored.status_code == 302
    assert {change.origin for change in changes(town)} == {"offices.csv"}


def test_a_page_tells_every_fault(client: Client, town: Municipality) -> None:
    client.force_login(MembershipFactory.create(municipality=town).user)
    upload = SimpleUploadedFile("x.csv", b"code,name_ro\n,A\nb,\n")
    answer = client.post("/piatra/town/departments/load/", {"file": upload})
    assert answer.status_code == 422
    assert "Line 2" in answer.content.decode()
    assert client.post("/piatra/town/departments/load/", {}).status_code == 422


def test_people_loaded_on_a_page_are_invited(client: Client, town: Municipality) -> None:
    client.force_login(MembershipFactory.create(municipality=town).user)
    text = "email,role\nion@town.example,crew\n"
    client.post("/piatra/town/staff/load/", {"text": text})
    assert OutboxMessage.objects.get().recipient == "ion@town.example"


@pytest.mark.parametrize("kind", ["departments", "staff", "calendars"])
def test_a_command_loads_or_says_why_not(town: Municipality, tmp_path: Path, kind: str) -> None:
    DepartmentFactory.create(municipality=town, code="roads")
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text({"departments": DEPARTMENTS, "staff": STAFF, "calendars": CALENDARS}[kind])
    bad.write_text("colour\nred\n")
    said, told = io.StringIO(), io.StringIO()
    call_command(f"load_{kind}", "piatra", good, "--dry-run", stdout=said)
    assert "nothing was stored" in said.getvalue()
    assert changes(town) == []
    call_command(f"load_{kind}", "piatra", good, stdout=said)
    assert changes(town)
    with pytest.raises(CommandError) as refused:
        call_command(f"load_{kind}", "piatra", bad, stderr=told)
    assert refused.value.returncode == 2
    assert "“colour” is not known" in told.getvalue()
    with pytest.raises(CommandError) as missing:
        call_command(f"load_{kind}", "piatra", tmp_path / "none.csv")
    assert missing.value.returncode == 2
