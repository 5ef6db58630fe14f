"""Load the rules of competence of a town from a table."""

from typing import Any

from django.core.management.base import CommandParser

from departments.acts import Act
from departments.loading import Loaded
from departments.management.table_command import TableCommand
from incidents.loading import load_rules
from zones.models import Municipality


class Command(TableCommand):
    """`manage.py load_rules SLUG FILE.csv [--dry-run] [--publish NOTE]`."""

    help = "Load rules of competence from a table into the draft, which then says what it says."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether the draft takes effect at once."""
        super().add_arguments(parser)
        parser.add_argument(
            "--publish", default="", metavar="NOTE", help="put them in force, with what changed"
        )

    def load(
        self, town: Municipality, raw: bytes, act: Act, *, is_trial: bool, options: dict[str, Any]
    ) -> Loaded:
        """One file, one town."""
        return load_rules(
            municipality=town, raw=raw, act=act, is_trial=is_trial, note=options["publish"]
        )
