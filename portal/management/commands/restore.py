"""Brings the installation back from a backup, to its last moment or an earlier one."""

import json
from argparse import ArgumentTypeError
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.backups.restoring import Restored, restore
from portal.backups.vault import BackupError, Vault


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("must be like 2026-11-23T14:05:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Command(BaseCommand):
    """`manage.py restore DIR [--to TIME]`: 0 whole, 1 restored with faults, 2 refused."""

    help = "Restore database, keys and uploads; never over a database that is there."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """From where, to when, into which folder."""
        parser.add_argument("folder", type=Path, help="folder of all backups")
        parser.add_argument(
            "--to",
            type=_moment,
            metavar="TIME",
            help="last moment that counts (UTC unless it says)",
        )
        parser.add_argument(
            "--into", type=Path, metavar="FOLDER", help="empty folder for the database's files"
        )
        parser.add_argument(
            "--account", default="postgres", help="whom PostgreSQL runs as, where you are root"
        )
        parser.add_argument("--json", action="store_true", help="the figures as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and tell the figures."""
        is_json = options["json"]
        try:
            done = restore(
                vault=Vault(options["folder"]),
                data=options["into"],
                moment=options["to"],
                account=options["account"],
                now=timezone.now(),
                say=self.stderr.write if is_json else self.stdout.write,
            )
        except (BackupError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(json.dumps(asdict(done)) if is_json else _told(done))
        if done.faults:
            raise CommandError("Restored, but not whole:\n" + "\n".join(done.faults), returncode=1)


def _told(done: Restored) -> str:
    lines = [
        f"Restored {done.backup} in {sum(done.seconds.values()):.1f} s: "
        + ", ".join(f"{step} {seconds:.1f}" for step, seconds in done.seconds.items()),
        f"Last change brought back from the log: {done.last_change or 'none; the backup alone'}",
        f"{done.files} files put back beside the database",
    ]
    if done.is_checked:
        lines += [
            f"{done.erased} people erased again, {done.signed_out} visits ended",
            f"{done.reports} reports with {done.events} events verified",
            "Start PostgreSQL, then `manage.py prepare`, then the services.",
        ]
    else:
        lines.append(
            "The backup is of another release: nobody was erased again and nothing verified yet. "
            "Start PostgreSQL, run `manage.py prepare` (it erases again) and `verify_ledger`."
        )
    return "\n".join(lines)
