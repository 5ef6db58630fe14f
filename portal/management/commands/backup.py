"""Makes a backup of database, keys and uploads, and deletes those that are kept no longer."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.backups.taking import refresh_files, take_backup
from portal.backups.vault import BackupError, Vault

_VOTE = (
    "A vote runs: this backup holds its open box. After the close make another one with --keep 1 "
    "(docs/ballot-secrecy.md)."
)
_NO_ARCHIVE = (
    "The write-ahead log is not archived: what happens until the next backup can be lost "
    "(docs/operate/backup.md)."
)


class Command(BaseCommand):
    """`manage.py backup DIR [--keep N]`: exit code 2 where none could be made."""

    help = "Make a checked backup of the database, the keys and the uploads."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder of backups, how many stay, and the short form for every few minutes."""
        parser.add_argument("folder", type=Path, help="folder of all backups; best another disk")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="keep the newest N, delete others"
        )
        parser.add_argument(
            "--files-only",
            action="store_true",
            help="only bring new uploads and erasures to the newest backup",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say how large it is and how long it took."""
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError("--keep must be at least 1.", returncode=2)
        vault = Vault(options["folder"])
        try:
            if options["files_only"]:
                added = refresh_files(vault=vault)
                self.stdout.write(f"{added} new files")
                return
            made = take_backup(
                vault=vault, now=timezone.now(), keep=options["keep"], say=self.stdout.write
            )
        except (BackupError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(
            f"{vault.backup(made.name)}: {made.bytes / 1e6:.0f} MB, {len(made.files)} files "
            f"beside the database, {made.seconds:.1f} s, checked"
        )
        if made.running_votes:
            self.stderr.write(_VOTE)
        if not made.is_archived:
            self.stderr.write(_NO_ARCHIVE)
