"""Load calendars of a town from a table."""

from typing import Any

from departments.acts import Act
from departments.loading import Loaded, load_calendars
from departments.management.table_command import TableCommand
from zones.models import Municipality


class Command(TableCommand):
    """`manage.py load_calendars SLUG FILE.csv [--dry-run]`."""

    help = "Load calendars from a table; the whole file is taken or nothing of it."

    def load(
        self, town: Municipality, raw: bytes, act: Act, *, is_trial: bool, options: dict[str, Any]
    ) -> Loaded:
        """One file, one town."""
        return load_calendars(municipality=town, raw=raw, act=act, is_trial=is_trial)
