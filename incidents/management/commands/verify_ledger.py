"""Says whether the reports of a town are as they were written, and where they are not."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from incidents.chains import Fault
from incidents.kept_roots import BadCopyError, KeptRoot, read_roots
from incidents.services.verifying import Tally, verify_town
from zones.management.town_command import TownCommand
from zones.management.towns import InputError

BROKEN = 1


class Command(TownCommand):
    """`manage.py verify_ledger SLUG`: 0 where all is whole, 1 where something is broken."""

    help = "Check all events of all reports, their published seals, and what the reports say."

    def add_arguments(self, parser: CommandParser) -> None:
        """The town, the form of the answer, and a copy that was kept elsewhere."""
        super().add_arguments(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object to a line")
        parser.add_argument(
            "--against", metavar="FILE", help="a roots.json that somebody kept: compare with it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell each fault as it is found, then how much was looked at."""
        town = self.town(options["slug"])
        kept = _kept(options["against"], town.slug)
        tally = Tally()
        faults = verify_town(town, tally, kept=kept)
        broken = self._tell(faults, is_json=options["json"])
        figures = {
            "town": town.slug,
            "whole": not broken,
            "faults": broken,
            "reports": tally.reports,
            "events": tally.events,
            "seals": tally.roots,
            "compared": len(kept),
        }
        if options["json"]:
            self.stdout.write(json.dumps(figures))
        else:
            self.stdout.write(
                f"{tally.reports} reports, {tally.events} events, {tally.roots} seals, "
                f"{len(kept)} compared with a copy"
            )
        if broken:
            raise CommandError(f"{broken} faults: the reports are not whole.", returncode=BROKEN)
        if not options["json"]:
            self.stdout.write("Whole: nothing was changed, taken away or put in.")

    def _tell(self, faults: Iterable[Fault], *, is_json: bool) -> int:
        broken = 0
        for fault in faults:
            broken += 1
            said = f"{fault.report}, event {fault.seq}: {fault.what}"
            if is_json:
                said = json.dumps(fault._asdict(), ensure_ascii=False)
            self.stdout.write(said)
        return broken


def _kept(path: str | None, town: str) -> list[KeptRoot]:
    if path is None:
        return []
    try:
        return read_roots(Path(path).read_text("utf-8"), town)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"“{path}” cannot be read: {error}") from error
    except BadCopyError as error:
        raise InputError(f"“{path}”: {error}") from error
