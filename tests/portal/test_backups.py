"""Parts of backups that need no server: the archive, what is kept, the lists of erased accounts."""

import datetime as dt
import gzip
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.cluster import ARCHIVE_SCRIPT
from portal.backups.files import check_files, copy_files, put_back
from portal.backups.restoring import restore
from portal.backups.vault import BackupError, Manifest, Vault, merge_erasures

SEGMENT = "000000010000000000000007"
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
MADE = Manifest(
    name="20261122T120000Z",
    started_at="2026-11-22T12:00:00+00:00",
    ended_at="2026-11-22T12:00:05+00:00",
    database="megdan",
    data_directory="",
    postgresql=15,
    postgis="3.3.2",
    program="0",
    migrations=[],
    rows={},
    bytes=0,
    seconds=0.0,
    first_segment=SEGMENT,
    is_archived=True,
    running_votes=0,
)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """Three backups, one a day at noon."""
    made = Vault(tmp_path / "vault")
    for day in (20, 21, 22):
        one = replace(MADE, name=f"202611{day}T120000Z", ended_at=f"2026-11-{day}T12:00:05+00:00")
        made.backup(one.name).mkdir(parents=True)
        made.write(one, made.backup(one.name))
    return made


def archive(segment: Path, into: Path) -> int:
    return subprocess.run(
        [str(ARCHIVE_SCRIPT), str(segment), SEGMENT, str(into)], check=False, capture_output=True
    ).returncode


class TestTheArchive:
    def test_a_segment_is_there_whole_and_alone(self, tmp_path: Path) -> None:
        segment, kept = tmp_path / "segment", tmp_path / "wal"
        kept.mkdir()
        segment.write_bytes(b"log" * 10_000)
        assert archive(segment, kept) == 0
        (only,) = kept.iterdir()
        assert gzip.decompress(only.read_bytes()) == segment.read_bytes()
        assert only.stat().st_mode & 0o077 == 0

    def test_the_same_again_is_well_and_another_is_refused(self, tmp_path: Path) -> None:
        segment, kept = tmp_path / "segment", tmp_path / "wal"
        kept.mkdir()
        segment.write_bytes(b"ours")
        assert archive(segment, kept) == 0
        assert archive(segment, kept) == 0
        segment.write_bytes(b"of another database")
        assert archive(segment, kept) == 1
        assert gzip.decompress((kept / f"{SEGMENT}.gz").read_bytes()) == b"ours"

    def test_a_failure_leaves_nothing_behind(self, tmp_path: Path) -> None:
        (tmp_path / "wal").mkdir()
        assert archive(tmp_path / "missing", tmp_path / "wal") != 0
        assert list((tmp_path / "wal").iterdir()) == []


class TestWhichBackup:
    def test_the_newest_that_was_finished_by_the_moment(self, vault: Vault) -> None:
        assert vault.leading_to(None).name == "20261122T120000Z"
        before_the_end = dt.datetime(2026, 11, 22, 12, 0, 4, tzinfo=dt.UTC)
        assert vault.leading_to(before_the_end).name == "20261121T120000Z"

    def test_a_moment_before_the_first_is_refused(self, vault: Vault) -> None:
        with pytest.raises(BackupError, match="The oldest backup"):
            vault.leading_to(dt.datetime(2026, 11, 19, tzinfo=dt.UTC))

    def test_an_unfinished_one_never_counts(self, vault: Vault) -> None:
        folder = vault.folder / "20261123T120000Z.unfinished"
        folder.mkdir()
        vault.write(MADE, folder)
        assert vault.leading_to(None).name == "20261122T120000Z"

    def test_the_oldest_go(self, vault: Vault) -> None:
        assert vault.forget_all_but(2) == ["20261120T120000Z"]
        assert [one.name for one in vault.manifests()] == ["20261121T120000Z", "20261122T120000Z"]

    def test_two_at_once_are_refused(self, vault: Vault) -> None:
        with (
            vault.alone(),
            pytest.raises(BackupError, match="under way"),
            Vault(vault.folder).alone(),
        ):
            pass


class TestFiles:
    def test_what_did_not_change_lies_on_the_disk_once(self, tmp_path: Path) -> None:
        var = tmp_path / "var"
        (var / "media").mkdir(parents=True)
        (var / "static").mkdir()
        for name in ("reports-key", "media/photo.jpg", "static/app.js", "erasures.jsonl"):
            (var / name).write_text(name)
        first = copy_files(var=var, into=tmp_path / "a", previous=None, known={})
        second = copy_files(var=var, into=tmp_path / "b", previous=tmp_path / "a", known=first)
        assert first == second
        assert set(first) == {"reports-key", "media/photo.jpg"}
        photo = Path("media/photo.jpg")
        assert (tmp_path / "a" / photo).stat().st_ino == (tmp_path / "b" / photo).stat().st_ino

    def test_a_changed_byte_is_found(self, tmp_path: Path) -> None:
        (tmp_path / "reports-key").write_text("key")
        sums = copy_files(var=tmp_path, into=tmp_path / "a", previous=None, known={})
        check_files(tmp_path / "a", sums)
        (tmp_path / "a/reports-key").write_text("kez")
        with pytest.raises(BackupError, match="not as it was backed up"):
            check_files(tmp_path / "a", sums)

    def test_nothing_is_put_over_another_file(self, tmp_path: Path) -> None:
        kept, var = tmp_path / "kept", tmp_path / "var"
        for folder, text in ((kept, "old"), (var, "new")):
            folder.mkdir()
            (folder / "reports-key").write_text(text)
        (kept / "vapid-key").write_text("old")
        assert put_back(kept, ["reports-key", "vapid-key"], var=var) == 1
        assert (var / "reports-key").read_text() == "new"


def test_lists_of_erased_accounts_only_grow(tmp_path: Path) -> None:
    lines = [{"number": n, "created": "2026-01-01T00:00:00+00:00"} for n in range(3)]
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.write_text("".join(json.dumps(line) + "\n" for line in lines[:2]))
    theirs.write_text("".join(json.dumps(line) + "\n" for line in lines[1:]))
    assert merge_erasures(into=ours, more=theirs) == 1
    assert merge_erasures(into=ours, more=theirs) == 0
    assert [json.loads(line) for line in ours.read_text().splitlines()] == lines


@pytest.mark.parametrize(
    ("left", "said"), [("PG_VERSION", "holds a database"), ("postmaster.pid", "runs or crashed")]
)
def test_nothing_is_restored_over_a_database(
    vault: Vault, tmp_path: Path, left: str, said: str
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / left).touch()
    with pytest.raises(BackupError, match=said):
        restore(vault=vault, data=data, moment=None, account="postgres", now=NOON, say=print)
    assert [path.name for path in data.iterdir()] == [left]
