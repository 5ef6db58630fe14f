"""Each night one seal for each town, none missing and none twice, and a letter that tells it."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from incidents.canonical import NOTHING
from incidents.chains import Fault
from incidents.merkle import Tree, leaf_hash
from incidents.models import Incident, LedgerRoot, PublishedHead
from incidents.services import verifying
from incidents.services.ledger import publish_roots, publish_town
from incidents.services.recording import Actor, record
from incidents.services.verifying import Tally, verify_town
from incidents.signing import NoKeyError, is_signed, key_file, make_key, public_key
from incidents.workflow import Kind
from outbox.models import OutboxMessage
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.departments import NOON
from tests.factories.incidents import reported
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def key(settings: Settings, tmp_path: Path) -> None:
    """An installation with a key of its own."""
    settings.VAR_DIR = tmp_path
    make_key()


def days(town: Municipality) -> list[str]:
    rows = LedgerRoot.objects.in_municipality(town).order_by("day")
    return [f"{row.day:%d}" for row in rows]


def note(incident: Incident, at: dt.datetime) -> None:
    record(incident=incident, kind=Kind.NOTED, data={}, actor=Actor("handler"), now=at)


def letters() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="seal").order_by("pk"))


def faults(town: Municipality) -> list[Fault]:
    return list(verify_town(town, Tally()))


def test_a_seal_is_the_signed_root_of_all_reports() -> None:
    town = MunicipalityFactory.create()
    rows = sorted((reported(town) for _ in range(5)), key=lambda row: row.uid)
    (root,) = publish_town(municipality=town, now=NOON + DAY)
    tree = Tree()
    for row in rows:
        tree.add(leaf_hash(row.uid, row.head_seq, bytes(row.head_hash)))
    assert (bytes(root.root), root.reports, root.events) == (tree.root(), 5, 5)
    assert bytes(root.previous) == NOTHING
    assert is_signed(bytes(root.statement), bytes(root.signature), public_key())
    assert not is_signed(bytes(root.statement) + b" ", bytes(root.signature), public_key())


def test_each_day_is_sealed_once_and_a_missed_day_is_made_up() -> None:
    town = MunicipalityFactory.create()
    reported(town)
    for now in (NOON, NOON + DAY, NOON + DAY, NOON + 5 * DAY, NOON + 5 * DAY):
        publish_roots(now=now)
    assert days(town) == ["03", "04", "05", "06", "07", "08"]
    assert faults(town) == []


def test_the_day_is_that_of_the_town() -> None:
    town = MunicipalityFactory.create(timezone="Europe/Bucharest")
    reported(town)
    publish_town(municipality=town, now=dt.datetime(2026, 5, 5, 20, 59, tzinfo=dt.UTC))
    publish_town(municipality=town, now=dt.datetime(2026, 5, 5, 21, 1, tzinfo=dt.UTC))
    assert days(town) == ["04", "05"]


def test_a_town_without_reports_has_no_seal() -> None:
    town = MunicipalityFactory.create()
    other = MunicipalityFactory.create()
    reported(other)
    assert publish_roots(now=NOON) == 1
    assert days(town) == []


def test_only_what_changed_is_kept_again() -> None:
    town = MunicipalityFactory.create()
    rows = [reported(town) for _ in range(4)]
    publish_town(municipality=town, now=NOON)
    note(rows[2], NOON)
    reported(town)
    publish_town(municipality=town, now=NOON + DAY)
    assert PublishedHead.objects.in_municipality(town).count() == 6
    assert faults(town) == []


def test_without_a_key_nothing_is_published() -> None:
    town = MunicipalityFactory.create()
    reported(town)
    key_file().unlink()
    with pytest.raises(NoKeyError):
        publish_town(municipality=town, now=NOON)
    assert days(town) == []


def test_the_key_is_made_once_and_read_by_nobody_else() -> None:
    before = public_key()
    assert not make_key()
    assert public_key() == before
    assert key_file().stat().st_mode & 0o077 == 0


def test_whoever_keeps_copies_gets_a_letter_in_the_language_of_the_town() -> None:
    town = MunicipalityFactory.create(
        languages=["ro", "en"], privacy_contact="dpo@town.example", sign_origin="https://t.example"
    )
    mayor = UserFactory.create(email="mayor@town.example")
    MembershipFactory.create(municipality=town, user=mayor, role="head")
    reported(town)
    (root,) = publish_town(municipality=town, now=NOON)
    assert [row.recipient for row in letters()] == ["dpo@town.example", "mayor@town.example"]
    letter = letters()[0]
    assert letter.language == "ro"
    assert bytes(root.root).hex() in letter.body
    assert bytes(root.signature).hex() in letter.body
    assert f"https://t.example/{town.slug}/ledger/" in letter.body


def test_a_quiet_day_is_sealed_without_a_letter_and_made_up_days_need_one() -> None:
    town = MunicipalityFactory.create(privacy_contact="dpo@town.example")
    incident = reported(town)
    publish_town(municipality=town, now=NOON)
    publish_town(municipality=town, now=NOON + DAY)
    assert len(letters()) == 1
    note(incident, NOON + DAY)
    publish_town(municipality=town, now=NOON + 4 * DAY)
    assert len(letters()) == 2
    assert len(days(town)) == 5


def questions(town: Municipality) -> int:
    """How many questions it takes to check a town that is whole."""
    with CaptureQueriesContext(connection) as asked:
        assert faults(town) == []
    return len(asked)


def test_a_check_asks_five_questions_for_each_slice_however_much_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few, many = MunicipalityFactory.create(), MunicipalityFactory.create()
    for town, reports in ((few, 2), (many, 12)):
        for _ in range(reports):
            note(reported(town), NOON)
        publish_town(municipality=town, now=NOON)
        publish_town(municipality=town, now=NOON + DAY)
    assert questions(few) == questions(many) == 16
    monkeypatch.setattr(verifying, "SLICE", 5)
    assert questions(many) == 16 + 2 * 5
