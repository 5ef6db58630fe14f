"""Load staff of a town and their roles from a table."""

from typing import Any

from django.core.management.base import CommandParser

from departments.acts import Act
from departments.loading import Loaded, load_staff
from departments.management.table_command import TableCommand
from zones.models import Municipality


class Command(TableCommand):
    """`manage.py load_staff SLUG FILE.csv [--invite ORIGIN] [--dry-run]`."""

    help = "Load staff and their roles from a table; the whole file is taken or nothing of it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether letters go out."""
        super().add_arguments(parser)
        parser.add_argument(
            "--invite",
            metavar="ORIGIN",
            default="",
            help="write an invitation to each new person; ORIGIN such as https://town.example",
        )

    def load(
        self, town: Municipality, raw: bytes, act: Act, *, is_trial: bool, options: dict[str, Any]
    ) -> Loaded:
        """One file, one town."""
        return load_staff(
            municipality=town, raw=raw, act=act, is_trial=is_trial, site=options["invite"]
        )
