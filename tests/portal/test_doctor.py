"""The doctor sees each fault, against real servers where one is asked, and names its cure."""

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections
from pytest_django import Settings

from portal.database_roles import narrow_roles, program_role
from portal.doctor import configuration, database, findings, machine, work
from portal.doctor.findings import Finding
from portal.doctor.liveness import HEARTBEAT_LIMIT_S, QUEUE_LIMIT_S
from portal.management.commands.doctor import Command

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SAFE = {
    "SECRET_KEY": "Zk3v9-qT1mUe7_xR5pLw8sNd2hGy4bJc6aFiOoKtVrXzQuEnWl",
    "ALLOWED_HOSTS": ["megdan.example"],
    "MEGDAN_HTTPS": True,
    "MEGDAN_STAFF_SECOND_FACTOR": True,
    "MEGDAN_DEMO": False,
    "DEBUG": False,
    "MEGDAN_SOURCE_URL": "https://git.example/megdan",
}


def states(found: Iterator[Finding]) -> dict[str, str]:
    return {one.name: one.state for one in found}


def one(found: Iterator[Finding], name: str) -> Finding:
    return next(finding for finding in found if finding.name == name)


class TestSettings:
    @pytest.fixture(autouse=True)
    def safe(self, settings: Settings) -> None:
        for name, value in SAFE.items():
            setattr(settings, name, value)

    def test_safe_ones_are_well(self) -> None:
        assert set(states(configuration.check_configuration()).values()) == {"ok"}

    @pytest.mark.parametrize(
        ("setting", "value", "name", "state"),
        [
            ("SECRET_KEY", "short", "secret key", "fail"),
            ("SECRET_KEY", "ab" * 40, "secret key", "fail"),
            ("ALLOWED_HOSTS", ["*"], "hosts", "fail"),
            ("ALLOWED_HOSTS", ["localhost"], "hosts", "fail"),
            ("MEGDAN_HTTPS", False, "https", "fail"),
            ("MEGDAN_STAFF_SECOND_FACTOR", False, "second factor", "fail"),
            ("MEGDAN_DEMO", True, "demo", "fail"),
            ("DEBUG", True, "debug", "fail"),
            ("MEGDAN_SOURCE_URL", "", "source", "warn"),
        ],
    )
    def test_each_fault_is_found_alone(
        self, settings: Settings, setting: str, value: Any, name: str, state: str
    ) -> None:
        setattr(settings, setting, value)
        found = states(configuration.check_configuration())
        assert {key: was for key, was in found.items() if was != "ok"} == {name: state}


@pytest.mark.django_db(databases=["default", "owner"])
class TestDatabase:
    def test_it_is_as_the_code_wants_it(self) -> None:
        found = states(database.check_database())
        # The tests' own database lets the program empty tables, nothing else.
        assert {name for name, state in found.items() if state != "ok"} == set()

    def test_a_right_too_much_and_one_too_little_are_found(self) -> None:
        rating = next(role for role in narrow_roles() if role.endswith("rating"))
        wanted = {
            (program_role(), "incidents_incidentevent"): {"SELECT"},
            (rating, "accounts_user"): {"SELECT"},
            ("megdan_nobody", "accounts_user"): {"SELECT"},
        }
        assert set(database._differences(wanted)) == {
            (program_role(), "may INSERT incidents_incidentevent"),
            (rating, "may not SELECT accounts_user"),
            ("megdan_nobody", "the role is missing"),
        }

    def test_the_owner_as_program_is_found(self) -> None:
        owner = str(connections["owner"].settings_dict["USER"])
        assert database._schema(owner).state == "fail"

    def test_a_missing_migration_is_found(self) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'outbox'")
        found = database._migrations(connections["owner"])
        assert (found.state, found.cure) == ("fail", "Run manage.py prepare.")

    def test_code_that_is_older_than_the_database_is_found(self) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("INSERT INTO django_migrations VALUES (0, 'outbox', '9999_x', now())")
        assert "older than the database" in database._migrations(connections["owner"]).cure

    @pytest.mark.parametrize(("seconds", "state"), [(1, "ok"), (5, "warn"), (-45, "fail")])
    def test_clocks_that_differ(self, seconds: int, state: str) -> None:
        assert database.skew(NOW + dt.timedelta(seconds=seconds), NOW).state == state


def test_an_old_version_is_refused() -> None:
    assert database._floor("PostgreSQL", "14.2", is_new_enough=False).state == "fail"


class TestWork:
    @pytest.mark.parametrize(
        ("age", "state"), [(None, "fail"), (HEARTBEAT_LIMIT_S + 1, "fail"), (5.0, "ok")]
    )
    def test_a_silent_worker(self, age: float | None, state: str) -> None:
        assert work.worker(age).state == state

    @pytest.mark.parametrize(
        ("age", "state"), [(None, "ok"), (QUEUE_LIMIT_S + 1, "fail"), (5.0, "ok")]
    )
    def test_work_that_waits(self, age: float | None, state: str) -> None:
        assert work.queue(age).state == state

    def test_a_redis_that_is_not_there(self) -> None:
        assert work._answers("redis", "redis://127.0.0.1:1/0").state == "fail"
        assert work.memory_only("redis://127.0.0.1:1/0", is_stated=False).state == "fail"

    def test_a_redis_that_writes_to_disk(self, settings: Settings) -> None:
        with work._client(settings.REDIS_URL) as client:
            assert work.memory_only(settings.REDIS_URL, is_stated=False).state == "ok"
            client.config_set("save", "3600 1")
            try:
                found = work.memory_only(settings.REDIS_URL, is_stated=False)
            finally:
                client.config_set("save", "")
        assert (found.state, found.found) == ("fail", "it writes to disk, so nobody can rate")


class Room(NamedTuple):
    """As shutil.disk_usage answers."""

    free: int


class TestMachine:
    @pytest.mark.parametrize(
        ("free", "state"), [(10**9, "fail"), (5 * 10**9, "warn"), (50 * 10**9, "ok")]
    )
    def test_room(
        self, free: int, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda _folder: Room(free))
        assert machine.room("disk", tmp_path).state == state

    @pytest.mark.parametrize(("hours", "state"), [(2, "ok"), (30, "warn"), (80, "fail")])
    def test_an_old_backup(self, hours: int, state: str, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        note = tmp_path / "note.json"
        ended = (NOW - dt.timedelta(hours=hours)).isoformat()
        note.write_text(json.dumps({"ended_at": ended, "folder": str(tmp_path), "name": "a"}))
        assert machine.backup(note, NOW).state == state

    def test_a_backup_that_is_gone_or_never_was(self, tmp_path: Path) -> None:
        note = tmp_path / "note.json"
        assert machine.backup(note, NOW).found == "none was ever made"
        said = {"ended_at": NOW.isoformat(), "folder": str(tmp_path), "name": "a"}
        note.write_text(json.dumps(said))
        assert machine.backup(note, NOW).state == "fail"

    @pytest.mark.parametrize(
        ("is_on", "done", "failed", "state"),
        [
            (False, None, None, "warn"),
            (True, None, None, "warn"),
            (True, 60, None, "ok"),
            (True, 60, 30, "fail"),
            (True, 30, 60, "ok"),
            (True, 7200, None, "warn"),
        ],
    )
    def test_the_archive(
        self, is_on: bool, done: int | None, failed: int | None, state: str
    ) -> None:
        ago = [None if s is None else NOW - dt.timedelta(seconds=s) for s in (done, failed)]
        found = machine.archive(is_on=is_on, done=ago[0], failed=ago[1], now=NOW)
        assert found.state == state

    def test_translations_that_are_older_than_their_source(self, tmp_path: Path) -> None:
        folder = tmp_path / "ro" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.po").touch()
        assert machine.translations(tmp_path).found == "not compiled: ro"
        (folder / "django.mo").touch()
        os.utime(folder / "django.po", (1, 1))
        assert machine.translations(tmp_path).state == "ok"

    def test_static_files_that_are_missing(self, tmp_path: Path) -> None:
        assert machine.static(tmp_path).state == "fail"
        manifest = tmp_path / "staticfiles.json"
        manifest.write_text('{"paths": {"app.js": "app.1.js"}}')
        assert machine.static(tmp_path).found == "1 are missing"
        (tmp_path / "app.1.js").touch()
        assert machine.static(tmp_path).state == "ok"


class TestTheCommand:
    def test_a_check_that_breaks_off_is_a_finding_with_a_cure(self) -> None:
        def broken() -> Iterator[Finding]:
            yield findings.ok("one", "well")
            raise DatabaseError("gone")

        found = list(findings.examine("two", broken, (DatabaseError,), cure="Start it."))
        assert [(f.name, f.state) for f in found] == [("one", "ok"), ("two", "fail")]
        assert found[1].cure == "Start it."

    def test_the_code_says_how_bad_it_is(self) -> None:
        well, bad = findings.ok("a", ""), findings.fail("b", "", "")
        assert findings.exit_code([well]) == 0
        assert findings.exit_code([well, findings.warn("c", "", "")]) == 1
        assert findings.exit_code([well, bad, findings.warn("c", "", "")]) == 2
        assert findings.exit_code([findings.unknown("d", "")]) == 0

    @pytest.mark.django_db(databases=["default", "owner"])
    def test_it_tells_each_finding_as_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit, match="2"):
            call_command(Command(), "--offline", "--json")
        told = json.loads(capsys.readouterr().out)
        assert {"secret key", "migrations", "redis", "backup"} <= {line["name"] for line in told}
        assert all(line["cure"] for line in told if line["state"] in ("warn", "fail"))
