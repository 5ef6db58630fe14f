"""Pages of terms show what the reader's hats cover, as a page, a table and a PDF."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.models import Department
from incidents.models import Incident
from incidents.present.term_sheets import half_of, month_of
from incidents.services.recording import Actor, record
from incidents.workflow import Kind
from tests.factories.departments import NOON, TODAY, DepartmentFactory, member
from tests.factories.zones import MunicipalityFactory
from tests.incidents.test_terms_clocks import petition
from zones.models import Municipality

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SYSTEM = Actor("system")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with patch("django.utils.timezone.now", return_value=NOON + DAY * 28):
        yield


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(modules=["reports"], languages=["en"])


@pytest.fixture
def office(town: Municipality) -> Department:
    return DepartmentFactory.create(municipality=town, names={"en": "Lighting"})


def case(town: Municipality, office: Department, code: str, **given: Any) -> Incident:
    """A petition that lies with an office."""
    incident = petition(town=town, category={"code": code, "target_hours": None}, **given)
    happen(incident, Kind.ROUTED, department=office.pk)
    return incident


def happen(incident: Incident, kind: Kind, after: int = 0, **data: Any) -> None:
    """One more event."""
    record(incident=incident, kind=kind, data=data, actor=SYSTEM, now=NOON + DAY * after)


def client_of(town: Municipality, role: str = "head", **fields: Any) -> Client:
    """Somebody signed in."""
    client = Client()
    client.force_login(member(town, role, **fields).user)
    return client


def table(client: Client, path: str) -> list[dict[str, str]]:
    """A CSV by its columns."""
    answer = client.get(path)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def page(town: Municipality, path: str = "") -> str:
    return f"/{town.slug}/desk/terms/{path}"


def test_the_head_sees_what_is_due_of_the_own_department_alone(
    town: Municipality, office: Department
) -> None:
    other = DepartmentFactory.create(municipality=town)
    mine, _theirs = case(town, office, "lamp"), case(town, other, "hole")
    client = client_of(town, department=office)
    shown = client.get(page(town))
    assert [row["one"].pk for row in shown.context["rows"]] == [mine.pk]
    assert shown.context["people"] == [
        {"handler": None, "person": None, "key": "none", "due": 1, "late": 0, "waiting": 0}
    ]
    assert [row["reference"] for row in table(client, page(town, "?format=csv"))] == [
        mine.reference
    ]
    whole = client_of(town)
    assert len(whole.get(page(town)).context["rows"]) == 2


def test_late_ones_and_those_of_one_person_can_be_chosen(
    town: Municipality, office: Department
) -> None:
    late = case(town, office, "lamp", on=TODAY - DAY * 5)
    due = case(town, office, "hole")
    handler = member(town, "handler", department=office).user
    happen(due, Kind.ASSIGNED, handler=handler.pk)
    client = client_of(town)

    def found(query: str) -> list[int]:
        return [row["one"].pk for row in client.get(page(town, query)).context["rows"]]

    assert found("?which=late") == [late.pk]
    assert found("?which=all") == [late.pk, due.pk]
    assert found(f"?handler={handler.pk}") == [due.pk]
    assert found("?handler=none") == [late.pk]
    for wrong in ("?which=never", "?handler=x", "?handler=9999999999999999"):
        assert client.get(page(town, wrong)).status_code == 404


def test_the_list_costs_as_many_queries_for_many_terms(
    town: Municipality, office: Department, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(town)
    for number in range(6):
        case(town, office, f"lamp-{number}")
    with django_assert_max_num_queries(24):
        client.get(page(town))


def test_the_month_counts_terms_by_what_became_of_them(
    town: Municipality, office: Department
) -> None:
    kept, missed, over, still = (
        case(town, office, code, on=day)
        for code, day in (
            ("kept", TODAY - DAY * 20),
            ("missed", TODAY - DAY * 20),
            ("over", TODAY - DAY * 20),
            ("still", TODAY - DAY * 3),
        )
    )
    happen(kept, Kind.ANSWERED, 5, outcome="done")
    happen(missed, Kind.ANSWERED, 15, outcome="done")
    client = client_of(town, department=office)
    rows = table(client, page(town, "month/?month=2026-05&format=csv"))
    assert [row for row in rows if row["term"] == "answer"] == [
        {
            "department": "Lighting", "term": "answer",
            "kept": "1", "missed": "1", "over": "2", "open": "0", "ended": "0",
        }
    ]  # fmt: skip
    assert over.due_on == dt.date(2026, 5, 14)
    assert still.due_on == dt.date(2026, 5, 31)
    text = client.get(page(town, "month/?month=2026-05")).content.decode()
    assert "25 %" in text
    pdf = client.get(page(town, "month/?month=2026-05&format=pdf"))
    assert pdf.content.startswith(b"%PDF")
    assert client.get(page(town, "month/?month=2026-13")).status_code == 404


def test_the_half_year_counts_petitions(town: Municipality, office: Department) -> None:
    kept, late, sent, refused = (
        case(town, office, code) for code in ("kept", "late", "sent", "refused")
    )
    happen(kept, Kind.EXTENDED, 1, code="answer", days=15)
    happen(kept, Kind.ANSWERED, 2, outcome="done")
    happen(late, Kind.ANSWERED, 31, outcome="done")
    happen(sent, Kind.FORWARDED, 2, leg=1)
    happen(refused, Kind.REFUSED, 2)
    nobody = petition(town=town, category={"code": "other", "regime": ""})
    happen(nobody, Kind.ROUTED, department=office.pk)
    client = client_of(town)
    (row,) = table(client, page(town, "petitions/?half=2026-1&format=csv"))
    assert row == {
        "department": "Lighting", "registered": "4", "kept": "1", "missed": "1", "over": "0",
        "open": "0", "ended": "2", "extended": "1", "forwarded": "1", "refused": "1",
    }  # fmt: skip
    assert client.get(page(town, "petitions/?half=2026-1")).status_code == 200
    pdf = client.get(page(town, "petitions/?half=2026-1&format=pdf"))
    assert pdf.content.startswith(b"%PDF")
    for wrong in ("2026-3", "2026", "x-1"):
        assert client.get(page(town, f"petitions/?half={wrong}")).status_code == 404


def test_without_a_period_it_is_the_last_whole_one() -> None:
    found = month_of("", dt.date(2026, 1, 15))
    assert found
    assert (found.code, found.last) == ("2025-12", dt.date(2025, 12, 31))
    codes = [half_of("", dt.date(2026, month, 1)) for month in (6, 7)]
    assert [one.code for one in codes if one] == ["2025-2", "2026-1"]


def test_the_mayor_extends_on_a_page_and_a_head_may_not(
    town: Municipality, office: Department
) -> None:
    incident = case(town, office, "lamp")
    path = f"/{town.slug}/desk/{incident.pk}/extend/"
    assert client_of(town, department=office).get(path).status_code == 403
    mayor = client_of(town)
    assert "at most 15" in mayor.get(path).content.decode()
    refused = mayor.post(path, {"days": "16", "reason": "More."})
    assert "at most 15 more days" in refused.content.decode()
    done = mayor.post(path, {"days": "15", "reason": "Measured anew."})
    assert done.status_code == 302
    incident.refresh_from_db()
    assert incident.due_on == TODAY + DAY * 45
    assert mayor.get(path).status_code == 200


@pytest.mark.parametrize("path", ["", "month/", "petitions/"])
def test_terms_are_for_the_staff_of_towns_with_reports(town: Municipality, path: str) -> None:
    assert Client().get(page(town, path)).status_code == 302
    assert client_of(town, "press").get(page(town, path)).status_code == 403
    client = client_of(town)
    town.modules = []
    town.save()
    assert client.get(page(town, path)).status_code == 404
