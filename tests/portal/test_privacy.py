"""What is held about a person can be seen, taken along and ended, and never leaves a trace."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from pytest_django import Settings

from accounts.models import Erasure, SignInCard, User
from notifications.models import FollowedArea, Mute, Notice, PushSubscription
from outbox.models import OutboxMessage, PushAddress
from outbox.services import enqueue_mail
from portal.privacy.erasing import ask_erasure, erase, erase_due, replay_erasures, take_back
from portal.privacy.holding import exported
from portal.privacy.inventory import Table, faults, field_names, inventory
from portal.privacy.retention import RULES, keep_no_longer
from residents.models import AddressLetter, AddressQuestion, Residence, Resident
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.notifications import (
    AnnouncementFactory,
    FollowedAreaFactory,
    PreferenceFactory,
)
from tests.factories.residents import ResidenceFactory
from tests.factories.zones import AddressFactory, spot

pytestmark = pytest.mark.django_db
PAGE = "https://town.example/me/data/"
WEEK = dt.timedelta(days=7)
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    """The list of erasures lies beside the database of this test alone."""
    settings.VAR_DIR = tmp_path


def person(canary: str) -> User:
    """Somebody whose every text holds one word."""
    user = UserFactory.create(
        email=f"{canary}@people.example", full_name=f"{canary} Name", phone="+40712000111"
    )
    home = ResidenceFactory.create(
        resident__user=user, resident__birth_year=1977, written=f"{canary} street", unit=canary
    )
    town = home.resident.municipality
    AddressQuestion.objects.create(residence=home, asked_at=NOON)
    AddressLetter.objects.create(
        residence=home, digest=f"{canary}-letter", asked_at=NOON, expires_on=TODAY
    )
    SignInCard.objects.create(user=user, digest=f"{canary}-card", issued_at=NOON)
    FollowedAreaFactory.create(municipality=town, user=user, name=f"{canary} school")
    PreferenceFactory.create(municipality=town, user=user, muted_topics=[canary])
    news = AnnouncementFactory.create(municipality=town)
    Notice.objects.create(
        announcement=news, user=user, way="email", reason={"name": canary}, told_at=NOON
    )
    Mute.objects.create(user=user, announcement=news, muted_at=NOON)
    address = PushAddress.objects.create(
        endpoint=f"https://push.example/{canary}", p256dh=canary, auth=canary, created_at=NOON
    )
    PushSubscription.objects.create(
        user=user, municipality=town, address=address, service=canary, agreed_at=NOON
    )
    enqueue_mail(
        recipient=user.email, subject=canary, body=f"Dear {canary}", kind="notice", now=NOON
    )
    return user


def traces(canary: str) -> list[str]:
    """Tables of the whole database in which a word stands, in whatever column."""
    found = []
    with connections["default"].cursor() as cursor:
        for table in connections["default"].introspection.table_names(cursor):
            name = connections["default"].ops.quote_name(table)
            cursor.execute(
                f"SELECT count(*) FROM {name} AS r WHERE r::text ILIKE %s", [f"%{canary}%"]
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


# --- The inventory -------------------------------------------------------------------------------


def test_every_field_has_its_place() -> None:
    assert faults(inventory()) == []


def test_a_field_without_a_place_is_found() -> None:
    table = inventory()["residents.Residence"]
    fields = {"residence": [name for name in table.fields["residence"] if name != "unit"]}
    tables = {**inventory(), table.label: Table(table.label, {**table.fields, **fields}, "x")}
    assert "residents.Residence.unit has no entry in the inventory." in faults(tables)


def test_a_table_without_an_entry_fails_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = {label: table for label, table in inventory().items() if label != "accounts.User"}
    command = "portal.management.commands.privacy_inventory"
    monkeypatch.setattr(f"{command}.inventory", lambda: fewer)
    with pytest.raises(CommandError, match=r"accounts.User has no entry"):
        call_command("privacy_inventory")


def test_personal_rows_say_what_becomes_of_them() -> None:
    tables = {**inventory()}
    user = tables["accounts.User"]
    tables["accounts.User"] = Table(user.label, user.fields, "self")
    assert any("say what becomes of its rows" in fault for fault in faults(tables))


# --- Seeing and taking along ---------------------------------------------------------------------


def test_the_file_holds_everything_of_one_person_and_nothing_of_another() -> None:
    first, _second = person("quokka"), person("wombat")
    said = exported(first)
    tables = json.loads(said)["tables"]
    for table in inventory().values():
        if table.is_about_accounts and table.label in tables:
            assert set(tables[table.label][0]) == set(table.shown)
    expected = {"quokka street", "quokka school", "quokka@people.example", "Dear quokka"}
    assert all(word in said for word in expected)
    assert "wombat" not in said


def test_secrets_are_shown_nowhere() -> None:
    user = person("quokka")
    said = exported(user)
    assert "quokka-card" not in said
    assert "quokka-letter" not in said
    assert user.password not in said


def test_the_page_shows_it_to_its_owner_alone(client: Client) -> None:
    user = person("quokka")
    slug = Resident.objects.get(user=user).municipality.slug
    path = f"/{slug}/me/data/"
    assert client.get(path).status_code == 302
    assert client.get(f"{path}?format=json").status_code == 302
    client.force_login(user)
    page = client.get(path).content.decode()
    assert "quokka street" in page
    assert client.get(f"{path}?format=json")["Content-Disposition"].startswith("attachment")
    client.force_login(UserFactory.create())
    assert "quokka" not in client.get(path).content.decode()


# --- Erasing -------------------------------------------------------------------------------------


def test_an_erased_person_leaves_no_trace_in_any_table() -> None:
    user = person("quokka")
    other = person("wombat")
    before = traces("wombat")
    assert len(traces("quokka")) > 8
    done = erase(user=user, now=NOON)
    assert done.is_gone
    assert traces("quokka") == []
    assert traces("wombat") == before
    assert User.objects.filter(pk=other.pk).exists()


def test_whoever_acted_for_the_town_keeps_a_number_alone() -> None:
    user = person("quokka")
    MembershipFactory.create(user=user, valid_until=dt.date(2020, 1, 1))
    AnnouncementFactory.create(created_by=user)
    done = erase(user=user, now=NOON)
    user.refresh_from_db()
    assert not done.is_gone
    assert not user.is_active
    assert traces("quokka") == []


def test_somebody_in_office_is_not_erased() -> None:
    user = UserFactory.create()
    MembershipFactory.create(user=user)
    with pytest.raises(ValidationError) as refused:
        erase(user=user, now=NOON)
    assert refused.value.code == "in_office"
    with pytest.raises(ValidationError):
        ask_erasure(user=user, now=NOON, page=PAGE)


def test_a_wish_waits_seven_days_tells_its_owner_and_can_be_taken_back() -> None:
    user = person("quokka")
    ask_erasure(user=user, now=NOON, page=PAGE)
    again = ask_erasure(user=user, now=NOON, page=PAGE)
    letters = OutboxMessage.objects.filter(recipient=user.email, kind="security")
    assert letters.count() == 1
    assert PAGE in letters.get().body
    assert erase_due(now=NOON + WEEK - dt.timedelta(minutes=1)) == 0
    assert take_back(user=user, now=NOON)
    assert erase_due(now=NOON + WEEK) == 0
    assert User.objects.filter(pk=user.pk).exists()
    again.refresh_from_db()
    assert again.cancelled_at == NOON


def test_a_wish_is_carried_out_and_its_proof_is_a_number() -> None:
    user = person("quokka")
    number = user.pk
    ask_erasure(user=user, now=NOON, page=PAGE)
    assert erase_due(now=NOON + WEEK) == 1
    assert traces("quokka") == []
    proof = Erasure.objects.get()
    assert (proof.user_id, proof.user_number, proof.done_at) == (None, number, NOON + WEEK)


def test_the_page_takes_the_wish_and_takes_it_back(client: Client) -> None:
    user = person("quokka")
    path = f"/{Resident.objects.get(user=user).municipality.slug}/me/data/"
    client.force_login(user)
    client.post(path, {"erase": "1"})
    assert Erasure.objects.filter(done_at=None, cancelled_at=None).exists()
    assert "take_back" in client.get(path).content.decode()
    client.post(path, {"take_back": "1"})
    assert not Erasure.objects.filter(cancelled_at=None).exists()


def test_a_restored_backup_does_not_bring_anybody_back() -> None:
    user = person("quokka")
    number, created = user.pk, user.created_at
    erase(user=user, now=NOON)
    back = UserFactory.create(pk=number, email="quokka@people.example")
    User.objects.filter(pk=back.pk).update(created_at=created)
    assert replay_erasures(now=NOON) == 1
    assert traces("quokka") == []
    assert replay_erasures(now=NOON) == 0


def test_a_new_person_under_an_old_number_stays() -> None:
    user = person("quokka")
    number = user.pk
    erase(user=user, now=NOON)
    UserFactory.create(pk=number, email="new@people.example")
    assert replay_erasures(now=NOON) == 0
    assert User.objects.filter(pk=number).exists()


# --- Until when ----------------------------------------------------------------------------------


def rows_of(user: User) -> dict[str, Any]:
    """What is left of a person."""
    return {
        "former": Residence.objects.filter(resident__user=user, valid_until__isnull=False).count(),
        "letters": AddressLetter.objects.filter(residence__resident__user=user).count(),
        "notices": Notice.objects.filter(user=user).count(),
        "follows": FollowedArea.objects.filter(user=user).count(),
    }


def test_what_was_kept_long_enough_ends() -> None:
    user = person("quokka")
    home = Residence.objects.get(resident__user=user)
    Residence.objects.create(
        resident=home.resident,
        address=AddressFactory.create(municipality=home.resident.municipality),
        location=spot(0, 0),
        valid_from=dt.date(2020, 1, 1),
        valid_until=dt.date(2025, 1, 1),
        declared_at=NOON,
    )
    User.objects.filter(pk=user.pk).update(last_login=NOON + dt.timedelta(days=730))
    keep_no_longer(now=NOON + dt.timedelta(days=800))
    assert rows_of(user) == {"former": 0, "letters": 0, "notices": 0, "follows": 1}


def test_an_unused_account_is_warned_and_then_erased() -> None:
    user = person("quokka")
    User.objects.filter(pk=user.pk).update(created_at=NOON)
    month = dt.timedelta(days=31)
    keep_no_longer(now=NOON + 23 * month)
    assert not OutboxMessage.objects.filter(kind="idle").exists()
    for late in (25, 26):
        keep_no_longer(now=NOON + late * month)
    assert OutboxMessage.objects.filter(kind="idle").count() == 1
    keep_no_longer(now=NOON + 27 * month)
    assert User.objects.filter(pk=user.pk).exists()  # three months after the warning, not before
    keep_no_longer(now=NOON + 29 * month)
    assert traces("quokka") == []


def test_whoever_comes_back_after_the_warning_stays() -> None:
    user = person("quokka")
    User.objects.filter(pk=user.pk).update(created_at=NOON)
    keep_no_longer(now=NOON + dt.timedelta(days=750))
    User.objects.filter(pk=user.pk).update(last_login=NOON + dt.timedelta(days=760))
    keep_no_longer(now=NOON + dt.timedelta(days=900))
    assert User.objects.filter(pk=user.pk).exists()


def test_staff_are_never_ended_for_being_away() -> None:
    user = UserFactory.create()
    MembershipFactory.create(user=user)
    User.objects.filter(pk=user.pk).update(created_at=NOON)
    keep_no_longer(now=NOON + dt.timedelta(days=3000))
    assert User.objects.filter(pk=user.pk).exists()


def test_unfinished_registrations_end_after_a_week() -> None:
    home = ResidenceFactory.create(resident__finished_at=None, resident__registered_at=NOON)
    assert RULES["unfinished"](NOON + WEEK) == 0
    RULES["unfinished"](NOON + WEEK + dt.timedelta(minutes=1))
    assert not Resident.objects.filter(pk=home.resident_id).exists()


# --- The town's papers ---------------------------------------------------------------------------


def test_everybody_reads_what_the_town_does_with_data(client: Client) -> None:
    town = ResidenceFactory.create().resident.municipality
    page = client.get(f"/{town.slug}/privacy/", headers=ENGLISH).content.decode()
    assert "Declared address" in page
    assert "dataprotection.ro" in page


def test_the_record_names_every_personal_table(client: Client) -> None:
    town = ResidenceFactory.create().resident.municipality
    officer = MembershipFactory.create(municipality=town, role="observer")
    client.force_login(officer.user)
    said = b"".join(client.get(f"/{town.slug}/town/privacy/?format=csv").streaming_content)  # type: ignore[attr-defined]
    for table in inventory().values():
        if table.personal:
            assert str(table.model._meta.verbose_name_plural) in said.decode()
    assert client.get(f"/{town.slug}/town/privacy/assessment/").status_code == 200


def test_the_record_is_for_the_officer(client: Client) -> None:
    town = ResidenceFactory.create().resident.municipality
    client.force_login(MembershipFactory.create(municipality=town, role="press").user)
    assert client.get(f"/{town.slug}/town/privacy/").status_code == 403


def test_every_personal_field_is_one_of_its_table() -> None:
    for table in inventory().values():
        assert set(table.shown) <= set(field_names(table.model))
