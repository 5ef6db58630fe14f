"""What the commands that load a town's tables share: a trial, all faults at once, exit code 2."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from departments.acts import Act
from departments.csv_rows import FaultyFile
from departments.loading import Loaded
from zones.management.town_command import TownCommand
from zones.management.towns import InputError
from zones.models import Municipality


class TableCommand(TownCommand):
    """`manage.py load_… SLUG FILE.csv [--dry-run]`."""

    def add_arguments(self, parser: CommandParser) -> None:
        """The file and whether it is a trial."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="a table as CSV in UTF-8")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be done; store nothing"
        )

    def load(
        self, town: Municipality, raw: bytes, act: Act, *, is_trial: bool, options: dict[str, Any]
    ) -> Loaded:
        """Call the one load of the command."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, report."""
        town = self.town(options["slug"])
        path: Path = options["file"]
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise InputError(f"There is no readable file {path}. Check the path.") from error
        act = Act(None, timezone.now(), path.name[:120])
        is_trial = options["dry_run"]
        try:
            loaded = self.load(town, raw, act, is_trial=is_trial, options=options)
        except FaultyFile as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            raise InputError(
                f"Nothing was stored: {len(refused.faults)} faults in {path.name}."
            ) from refused
        for name in loaded.added:
            self.stdout.write(f"+ {name}")
        for name in loaded.changed:
            self.stdout.write(f"~ {name}")
        self.stdout.write(
            f"{len(loaded.added)} new, {len(loaded.changed)} changed, {loaded.unchanged} unchanged"
            + (" (dry run: nothing was stored)" if is_trial else "")
        )
