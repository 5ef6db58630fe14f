"""The small parts of the set-up: locks, pid files, packages, folders, the front end's hash."""

import os
import subprocess
from pathlib import Path

import pytest

from deploy.local import folders, frontend, packages, processes
from deploy.local.cluster import program_folder
from deploy.local.locks import only_one
from deploy.local.places import Account
from deploy.local.say import SetupError

ME = Account("me", os.geteuid(), frozenset(os.getgroups()))


def test_a_second_holder_is_told_who_holds(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    busy = pytest.raises(SetupError, match=f"runs as {os.getpid()}")
    with only_one(lock, busy=""), busy, only_one(lock, busy="runs as {pid}"):
        pass
    with only_one(lock, busy="free again"):
        pass


def test_a_reused_process_id_is_not_taken_for_the_server(tmp_path: Path) -> None:
    assert not processes.lives_in(os.getpid(), tmp_path)
    assert processes.lives_in(os.getpid(), Path.cwd())


def test_a_folder_is_waited_for_until_the_last_process_has_left(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "0.3"], cwd=tmp_path) as process:
        processes.wait_until_left(tmp_path, what="A sleeper")
        assert process.poll() is not None or not processes.lives_in(process.pid, tmp_path)


def test_whoever_does_not_leave_a_folder_is_named(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "30"], cwd=tmp_path) as process:
        with pytest.raises(SetupError, match=str(process.pid)):
            processes.wait_until_left(tmp_path, what="A sleeper", seconds=0.1)
        process.kill()


@pytest.mark.parametrize(("text", "pid"), [("123\n/data\n", 123), ("", None), ("x\n", None)])
def test_the_first_line_of_a_pid_file(tmp_path: Path, text: str, pid: int | None) -> None:
    file = tmp_path / "postmaster.pid"
    file.write_text(text)
    assert processes.first_number(file) == pid
    assert processes.first_number(tmp_path / "missing") is None


def test_without_rights_the_one_line_to_run_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "is_installed", lambda name: name != "redis-server")
    monkeypatch.setattr(packages, "_may_sudo", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError, match=r"su -c 'sh .*install_packages\.sh redis-server'"):
        packages.ensure_packages()


def test_packages_that_are_there_ask_for_no_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "is_installed", lambda _name: True)
    monkeypatch.setattr(subprocess, "run", None)
    packages.ensure_packages(tests=True)


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o777)
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(SetupError, match="belongs to somebody else or is open"):
        folders.make_private(tmp_path / "open", ME)
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(SetupError, match="belongs to somebody else"):
        folders.make_private(tmp_path / "link", ME)


def test_data_of_a_missing_postgresql_names_the_packages(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("9\n")
    with pytest.raises(SetupError, match="install postgresql-9 and postgresql-9-postgis-3"):
        program_folder(tmp_path)


def test_the_front_end_is_rebuilt_when_a_source_changes_and_only_then(tmp_path: Path) -> None:
    source = tmp_path / "src" / "main.ts"
    source.parent.mkdir()
    source.write_text("let a = 1")
    before = frontend.content_hash(frontend.sources(tmp_path), tmp_path)
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "main.js").write_text("a=1")
    os.utime(source, (0, 0))
    assert frontend.content_hash(frontend.sources(tmp_path), tmp_path) == before
    source.write_text("let a = 2")
    assert frontend.content_hash(frontend.sources(tmp_path), tmp_path) != before
