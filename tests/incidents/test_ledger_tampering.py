"""Whoever rewrites the tables as their owner is found, and what was broken is named."""

import datetime as dt
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from incidents.canonical import event_hash
from incidents.kept_roots import FORMAT, root_row
from incidents.models import Incident, IncidentEvent, LedgerRoot, PublishedHead
from incidents.services.ledger import publish_town
from incidents.services.recording import Actor, record
from incidents.signing import digest, key_file, make_key, sign
from incidents.workflow import Kind
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, DepartmentFactory
from tests.factories.incidents import reported
from tests.factories.zones import MunicipalityFactory
from tests.ledger_guard import lifted, owner_at_work
from zones.models import Municipality

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DISPATCHER = Actor("dispatcher")
DAY = dt.timedelta(days=1)
EVENT = "incidents_incidentevent"
THIRD = "seq = 3 AND incident_id = %(one)s"


def told(incident: Incident, kind: Kind, data: dict[str, Any], at: dt.datetime = NOON) -> None:
    secrets = {"text": "Ana telephoned."} if kind == Kind.NOTED else None
    record(incident=incident, kind=kind, data=data, actor=DISPATCHER, now=at, secrets=secrets)


@pytest.fixture
def town(db: None, settings: Settings, tmp_path: Path) -> Iterator[Municipality]:
    """Three reports, sealed on two days; the owner of the tables holds the pen."""
    settings.VAR_DIR = tmp_path
    make_key()
    with owner_at_work():
        town = MunicipalityFactory.create(slug="honest")
        office = DepartmentFactory.create(municipality=town)
        for _ in range(3):
            incident = reported(town)
            told(incident, Kind.ROUTED, {"department": office.pk, "rule": None})
            told(incident, Kind.NOTED, {})
            told(incident, Kind.ASSIGNED, {"handler": UserFactory.create().pk})
        publish_town(municipality=town, now=NOON + DAY)
        told(first(town), Kind.ANSWERED, {"outcome": "done"}, NOON + DAY)
        publish_town(municipality=town, now=NOON + 2 * DAY)
        yield town


def first(town: Municipality) -> Incident:
    return Incident.objects.in_municipality(town).earliest("pk")


def verdict(town: Municipality, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and faults."""
    out = StringIO()
    try:
        call_command("verify_ledger", town.slug, "--json", *options, stdout=out)
    except CommandError as error:
        code = error.returncode
    else:
        code = 0
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    return code, [line for line in lines if "what" in line]


def tamper(town: Municipality, *statements: str) -> None:
    two = Incident.objects.in_municipality(town).order_by("pk")[1]
    with connection.cursor() as cursor, lifted(cursor):
        for statement in statements:
            cursor.execute(statement, {"one": first(town).pk, "two": two.pk})


def test_what_nobody_touched_is_whole(town: Municipality) -> None:
    assert verdict(town) == (0, [])


@pytest.mark.parametrize(
    "change",
    [
        "body = set_byte(body, 9, get_byte(body, 9) # 1)",
        "previous = set_byte(previous, 0, get_byte(previous, 0) # 1)",
        "hash = set_byte(hash, 31, get_byte(hash, 31) # 128)",
        "kind = 'told'",
        "at = at + interval '1 microsecond'",
        "seq = 30",
        "incident_id = %(two)s, seq = 30",
    ],
)
def test_a_changed_column_of_an_event_is_found_and_named(town: Municipality, change: str) -> None:
    tamper(town, f"UPDATE {EVENT} SET {change} WHERE {THIRD}")
    code, faults = verdict(town)
    assert code == 1
    assert first(town).reference in {fault["report"] for fault in faults}
    assert {fault["seq"] for fault in faults} & {3, 4, 30}


@pytest.mark.parametrize(
    "change",
    [
        "status = 'closed'",
        "department_id = NULL",
        "geometry = ST_Translate(geometry, 0.0001, 0)",
        "accuracy_m = 3",
        "outcome = 'not_done'",
        "answered_at = answered_at - interval '1 day'",
        "is_released = true",
        "register_number = '7'",
        "head_hash = set_byte(head_hash, 0, get_byte(head_hash, 0) # 1)",
        "head_seq = 4",
        "changed_at = changed_at - interval '1 day'",
        "source = 'phone'",
    ],
)
def test_a_changed_column_of_a_report_is_found(town: Municipality, change: str) -> None:
    tamper(town, f"UPDATE incidents_incident SET {change} WHERE id = %(one)s")
    code, faults = verdict(town)
    assert code == 1
    assert {fault["report"] for fault in faults} == {first(town).reference}


@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM {EVENT} WHERE {THIRD}",
        f"DELETE FROM {EVENT} WHERE seq = 1 AND incident_id = %(one)s",
        f"DELETE FROM {EVENT} WHERE incident_id = %(one)s",
        f"UPDATE {EVENT} SET seq = seq + 90 WHERE seq IN (3, 4) AND incident_id = %(one)s;"
        f"UPDATE {EVENT} SET seq = 97 - seq WHERE seq > 90",
        f"INSERT INTO {EVENT} (incident_id, seq, kind, at, body, previous, hash) SELECT"
        f" incident_id, 6, kind, at, body, previous, hash FROM {EVENT} WHERE {THIRD}",
        "UPDATE incidents_eventsecret SET value = 'Ana wrote.' WHERE incident_id = %(one)s",
        "UPDATE incidents_reporter SET words = 'All is well.' WHERE incident_id = %(one)s",
        "UPDATE incidents_reporter SET email = 'a@b.example' WHERE incident_id = %(one)s",
    ],
)
def test_dropped_reordered_and_added_rows_are_found(town: Municipality, statement: str) -> None:
    tamper(town, statement)
    code, faults = verdict(town)
    assert code == 1
    assert {fault["report"] for fault in faults} == {first(town).reference}


def test_erased_words_are_no_fault(town: Municipality) -> None:
    tamper(town, "DELETE FROM incidents_eventsecret WHERE incident_id = %(one)s")
    assert verdict(town) == (0, [])


def roll_back(town: Municipality) -> Incident:
    """Take the answer back as if it had never been: events and report agree again."""
    incident = first(town)
    fourth = IncidentEvent.objects.get(incident=incident, seq=4)
    tamper(
        town,
        f"DELETE FROM {EVENT} WHERE seq = 5 AND incident_id = %(one)s",
        "UPDATE incidents_incident SET status = 'working', outcome = '', answered_at = NULL,"
        f" head_seq = 4, head_hash = '\\x{bytes(fourth.hash).hex()}',"
        f" changed_at = '{fourth.at.isoformat()}' WHERE id = %(one)s",
    )
    return incident


def recompute(town: Municipality) -> Incident:
    """Say that another department had it, and chain everything anew."""
    incident = first(town)
    other = DepartmentFactory.create(municipality=town)
    head = bytes(32)
    for event in IncidentEvent.objects.filter(incident=incident).order_by("seq"):
        body = bytes(event.body).replace(
            f'"department":{incident.department_id},'.encode(),
            f'"department":{other.pk},'.encode(),
        )
        value = event_hash(head, body)
        tamper(
            town,
            f"UPDATE {EVENT} SET body = '\\x{body.hex()}', previous = '\\x{head.hex()}',"
            f" hash = '\\x{value.hex()}' WHERE id = {event.pk}",
        )
        head = value
    tamper(
        town,
        f"UPDATE incidents_incident SET head_hash = '\\x{head.hex()}',"
        f" department_id = {other.pk} WHERE id = %(one)s",
    )
    return incident


@pytest.mark.parametrize("forge", [roll_back, recompute])
def test_a_forged_history_that_agrees_with_itself_is_found_by_the_seals(
    town: Municipality, forge: Any
) -> None:
    incident = forge(town)
    code, faults = verdict(town)
    assert code == 1
    assert {fault["report"] for fault in faults} == {incident.reference}
    assert all("sealed" in fault["what"] for fault in faults)


def test_a_report_that_vanished_is_found(town: Municipality) -> None:
    uid = first(town).uid
    tables = ("clock", "eventsecret", "attachment", "reporter", "incidentevent")
    tamper(
        town,
        *(f"DELETE FROM incidents_{table} WHERE incident_id = %(one)s" for table in tables),
        "DELETE FROM incidents_incident WHERE id = %(one)s",
    )
    code, faults = verdict(town)
    assert code == 1
    assert {fault["report"] for fault in faults} == {str(uid)}
    publish_town(municipality=town, now=NOON + 3 * DAY)
    assert verdict(town) == (1, faults)


@pytest.mark.parametrize("forge", [roll_back, recompute])
def test_forged_states_of_reports_are_found_by_the_root(town: Municipality, forge: Any) -> None:
    incident = forge(town)
    believe(incident)
    code, faults = verdict(town)
    assert code == 1
    assert {fault["report"] for fault in faults} <= {"2026-05-04", "2026-05-05"}
    assert all("not that of the reports" in fault["what"] for fault in faults)


def believe(incident: Incident) -> None:
    """Let the published states say what the forged chain says."""
    for head in PublishedHead.objects.filter(uid=incident.uid):
        event = IncidentEvent.objects.filter(incident=incident, seq=head.seq).first()
        change = (
            f"UPDATE incidents_publishedhead SET hash = '\\x{bytes(event.hash).hex()}'"
            if event
            else "DELETE FROM incidents_publishedhead"
        )
        tamper(incident.municipality, f"{change} WHERE id = {head.pk}")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET root = set_byte(root, 0, get_byte(root, 0) # 1)",
        "UPDATE {} SET reports = 2",
        "UPDATE {} SET events = events + 1",
        "UPDATE {} SET previous = set_byte(previous, 0, get_byte(previous, 0) # 1)",
        "UPDATE {} SET signature = set_byte(signature, 0, get_byte(signature, 0) # 1)",
        "UPDATE {} SET statement = set_byte(statement, 9, get_byte(statement, 9) # 1)",
        "UPDATE {} SET key = repeat('0', 64)",
        "UPDATE {} SET signed_at = signed_at + interval '1 second'",
        "UPDATE {} SET day = day + 9",
        "DELETE FROM {} WHERE day = '2026-05-04'",
        "DELETE FROM {} WHERE day = '2026-05-05'",
    ],
)
def test_a_changed_seal_is_found(town: Municipality, change: str) -> None:
    tamper(town, change.format("incidents_ledgerroot"))
    code, faults = verdict(town)
    assert code == 1
    assert faults


def test_seals_signed_by_somebody_else_are_found(town: Municipality) -> None:
    key_file().unlink()
    make_key()
    assert [fault["what"] for fault in verdict(town)[1]] == [
        "the newest seal was not signed by this installation"
    ]


@pytest.mark.parametrize("forge", [roll_back, recompute])
def test_even_a_forger_with_the_key_is_found_by_a_copy(
    town: Municipality, forge: Any, tmp_path: Path
) -> None:
    copy = keep_copy(town, tmp_path)
    incident = forge(town)
    believe(incident)
    seal_again(town)
    assert verdict(town) == (0, [])
    code, faults = verdict(town, "--against", str(copy))
    assert code == 1
    assert all("than in the copy" in fault["what"] for fault in faults)


def keep_copy(town: Municipality, folder: Path) -> Path:
    """What somebody downloaded in time."""
    rows = LedgerRoot.objects.in_municipality(town).order_by("day")
    roots = [root_row(bytes(row.statement), bytes(row.signature)) for row in rows]
    path = folder / "roots.json"
    path.write_text(json.dumps({"format": FORMAT, "town": town.slug, "roots": roots}))
    return path


def seal_again(town: Municipality) -> None:
    """Sign the forged days anew, in their order."""
    tamper(town, "DELETE FROM incidents_ledgerroot")
    heads = list(PublishedHead.objects.in_municipality(town).order_by("day").values())
    tamper(town, "DELETE FROM incidents_publishedhead")
    answered = [head for head in heads if head["day"] > NOON.date()]
    assert len(answered) <= 1
    publish_town(municipality=town, now=NOON + DAY)
    publish_town(municipality=town, now=NOON + 2 * DAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": "other", "roots": []}',
        '{"format": "megdan seals 1", "roots": [{}]}',
    ],
)
def test_a_copy_that_is_none_is_bad_input(town: Municipality, text: str, tmp_path: Path) -> None:
    path = tmp_path / "copy.json"
    path.write_text(text)
    assert verdict(town, "--against", str(path))[0] == 2
    assert verdict(town, "--against", str(tmp_path / "none.json"))[0] == 2


def test_a_copy_that_was_changed_is_bad_input(town: Municipality, tmp_path: Path) -> None:
    copy = keep_copy(town, tmp_path)
    copy.write_text(copy.read_text().replace('\\"reports\\":3', '\\"reports\\":4'))
    assert verdict(town, "--against", str(copy))[0] == 2


def test_a_town_that_is_none_is_bad_input() -> None:
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", "nowhere")
    assert refused.value.returncode == 2


def test_the_seals_follow_one_another(town: Municipality) -> None:
    one, two = LedgerRoot.objects.in_municipality(town).order_by("day")
    assert bytes(two.previous) == digest(bytes(one.statement))
    assert bytes(two.signature) == sign(bytes(two.statement))
