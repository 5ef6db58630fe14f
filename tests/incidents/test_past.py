"""Reports of the past: written at once, and as whole as if each had been recorded step by step."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.translation import override

from incidents.copying import copy_rows, take_numbers
from incidents.folding import BrokenHistoryError
from incidents.models import AnswerDraft, Category, Clock, EventSecret, Incident
from incidents.services.past import PastEvent, PastReport, write_past
from incidents.services.past_places import places_of
from incidents.services.placing import place_incident
from incidents.services.recording import Actor
from incidents.services.reporting import NewReport, NewReporter
from incidents.services.verifying import Tally, verify_town
from incidents.workflow import Kind
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, DepartmentFactory
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.zones import (
    AddressFactory,
    MunicipalityFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.management.towns import InputError
from zones.models import Municipality

pytestmark = pytest.mark.django_db
THEN = NOON - dt.timedelta(days=90)


def past(town: Municipality, category: Category | None = None) -> PastReport:
    office = DepartmentFactory.create(municipality=town)
    handler = UserFactory.create()
    report = NewReport(
        category=category or CategoryFactory.create(municipality=town, target_hours=8),
        geometry=spot(0.5, 0.5),
        words="Lampa\tdin \\ colț\nnu arde, tel. 0722 123 456",
        source="import",
        reporter=NewReporter(name="Ana Pop", email="ana@example.org", language="ro"),
        register_number="77",
        registered_on=THEN.date(),
    )
    day = dt.timedelta(days=1)
    clerk = Actor("handler", handler, office)
    return PastReport(
        report,
        THEN,
        [
            PastEvent(Kind.ROUTED, THEN + day, {"department": office.pk}),
            PastEvent(Kind.ASSIGNED, THEN + day, {"handler": handler.pk}, clerk),
            PastEvent(Kind.ANSWERED, THEN, {"outcome": "done"}, clerk, {"answer": "Gata."}),
        ],
    )


def test_what_is_written_at_once_is_whole() -> None:
    town = MunicipalityFactory.create()
    assert write_past(municipality=town, reports=[past(town), past(town)], now=NOON) == 2
    tally = Tally()
    assert [str(fault) for fault in verify_town(town, tally)] == []
    first, second = Incident.objects.order_by("pk")
    assert (first.status, first.outcome, first.head_seq) == ("answered", "done", 5)
    assert [first.reference, second.reference] == ["2026-000001", "2026-000002"]
    assert first.changed_at == THEN + dt.timedelta(days=1), "times never run backwards"
    assert first.reporter.words.endswith("0722 123 456")
    assert "0722" not in first.attachments.get().submission.text
    assert EventSecret.objects.get(incident=first).value == "Gata."
    assert Clock.objects.filter(incident=first, state="running").count() == 0


def test_the_next_report_goes_on_counting() -> None:
    town = MunicipalityFactory.create()
    write_past(municipality=town, reports=[past(town)], now=NOON)
    assert reported(town).reference == "2026-000002"


def test_a_byte_changed_on_the_way_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    town = MunicipalityFactory.create()
    monkeypatch.setattr("incidents.services.past.event_hash", lambda *_given: bytes(32))
    write_past(municipality=town, reports=[past(town)], now=NOON)
    assert list(verify_town(town, Tally()))


def test_a_history_that_cannot_be_is_refused_and_nothing_is_written() -> None:
    town = MunicipalityFactory.create()
    broken = past(town)
    unmerged = PastReport(broken.report, THEN, [PastEvent(Kind.UNMERGED, THEN)])
    with pytest.raises(BrokenHistoryError):
        write_past(municipality=town, reports=[broken, unmerged], now=NOON)
    assert not Incident.objects.exists()


def test_places_are_those_of_reports_that_come_one_by_one() -> None:
    town = MunicipalityFactory.create()
    zone_with_shape(town, code="a", geometry=square(0, 0))
    zone_with_shape(town, code="b", geometry=square(1, 0))
    AddressFactory.create(
        municipality=town, street=StreetFactory.create(municipality=town), location=spot(0.5, 0.5)
    )
    for place in (spot(0.5, 0.5), spot(1.5, 0.5), spot(1, 0.5), spot(9, 9)):
        incident = Incident(municipality=town, geometry=place)
        place_incident(incident, NOON)
        (found,) = places_of(town, [place], NOON.date())
        assert (found.zone_ids, found.street_id) == (incident.zone_ids, incident.street_id)
        if incident.place_text and not found.words:
            continue  # only the name of a zone, which places in bulk leave out
        assert found.words == incident.place_text


def test_a_place_is_said_in_the_language_of_the_town() -> None:
    town = MunicipalityFactory.create(languages=["bg", "en"])
    street = StreetFactory.create(municipality=town, names={"bg": "ул. Ела", "en": "ul. Ela"})
    AddressFactory.create(municipality=town, street=street, address_number="8")
    with override("en"):
        (found,) = places_of(town, [spot(0.5, 0.5)], NOON.date())
    assert found.words == "ул. Ела 8"


def test_answers_of_the_past_can_be_read_and_go_on() -> None:
    town = MunicipalityFactory.create()
    gone = past(town)
    day, by = dt.timedelta(days=1), gone.events[-1].actor
    head, mayor = (Actor("head", UserFactory.create()) for _number in range(2))
    begun = [
        *gone.events[:2],
        PastEvent(Kind.DRAFTED, THEN + day, {"outcome": "done"}, by, {"answer": "Gata."}),
        PastEvent(Kind.PASSED_ON, THEN + 2 * day, {"step": "head"}, by),
        PastEvent(Kind.PASSED_ON, THEN + 3 * day, {"step": "authority"}, head),
    ]
    ended = [
        *begun,
        PastEvent(Kind.PASSED_ON, THEN + 4 * day, {"step": "relations"}, mayor),
        PastEvent(Kind.ANSWERED, THEN + 5 * day, {"outcome": "done"}, by, {"answer": "Gata."}),
    ]
    reports = [PastReport(gone.report, THEN, events) for events in (begun, ended)]
    write_past(municipality=town, reports=reports, now=NOON)
    first, second = AnswerDraft.objects.order_by("incident")
    assert (first.step, first.incident.waits_for) == ("authority", "authority")
    assert (first.approved_by, first.signed_by, first.text) == (head.user, None, "Gata.")
    assert (second.step, second.signed_by, second.sent_at) == ("sent", mayor.user, THEN + 5 * day)
    assert list(verify_town(town, Tally())) == []


def test_rows_copied_are_those_that_were_meant() -> None:
    town = MunicipalityFactory.create()
    made = CategoryFactory.build(
        municipality=town, parent=None, code="odd", names={"en": 'a\\b\t"c"\nd'}, target_hours=None
    )
    (made.pk,) = take_numbers(Category, 1)
    copy_rows([made])
    stored = Category.objects.get(code="odd")
    assert (stored.names, stored.target_hours) == (made.names, None)


# -- the import of a table -------------------------------------------------------------------------

HEAD = "Key,Created Date,Closed Date,Type,Longitude,Latitude,Status\n"
MAP = [
    "number=Key", "created=Created Date", "closed=Closed Date", "category=Type",
    "longitude=Longitude", "latitude=Latitude", "status=Status",
]  # fmt: skip


def table(folder: Path, *lines: str) -> Path:
    path = folder / "311.csv"
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_a_table_is_imported_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = MunicipalityFactory.create(slug="roman", outline=None)
    CategoryFactory.create(municipality=town, code="lamp", names={"en": "Street Light Out"})
    x, y = spot(0.5, 0.5).coords
    path = table(
        tmp_path,
        f"A1,03/01/2026 09:55:45 PM,03/02/2026 03:45:24 AM,Street light out,{x},{y},Closed",
        f"A2,2026-03-02 10:00:00,,lamp,{x},{y},Open",
        f"A3,2026-03-02,,Unheard of,{x},{y},Open",
        f"A4,yesterday,,lamp,{x},{y},Open",
        "A5,2026-03-02,,lamp,,,Open",
        f"A6,2026-03-02,2026-03-01,lamp,{x},{y},Closed",
    )
    call_command("import_reports", "roman", path, "--map", *MAP)
    said = capsys.readouterr()
    assert "3 new, 1 of them open and asked the rules about, 0 here already, 3 left out" in said.out
    assert "Line 5 was left out: “yesterday” is no day and hour." in said.err
    assert "“Unheard of” is no kind of fault here" in said.err
    status = dict(Incident.objects.values_list("register_number", "status"))
    assert status == {"A1": "closed", "A2": "triage", "A3": "triage"}
    assert list(verify_town(town, Tally())) == []

    call_command("import_reports", "roman", path, "--map", *MAP)
    assert "0 new, 0 of them open and asked the rules about, 3 here" in capsys.readouterr().out


def test_a_trial_stores_nothing(tmp_path: Path) -> None:
    MunicipalityFactory.create(slug="roman", outline=None)
    x, y = spot(0.5, 0.5).coords
    path = table(tmp_path, f"A1,2026-03-02,,x,{x},{y},Open")
    call_command("import_reports", "roman", path, "--dry-run", "--map", *MAP)
    assert not Incident.objects.exists()


def test_a_map_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    MunicipalityFactory.create(slug="roman")
    path = table(tmp_path)
    for given, sentence in (
        (["number=Key"], "created, longitude, latitude"),
        ([*MAP, "colour=Key"], "colour"),
        ([one.replace("Type", "Kind") for one in MAP], "Kind"),
    ):
        with pytest.raises(InputError, match=sentence):
            call_command("import_reports", "roman", path, "--map", *given)
