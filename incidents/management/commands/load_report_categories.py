"""Load what can be reported in a town from a table."""

from typing import Any

from departments.acts import Act
from departments.loading import Loaded
from departments.management.table_command import TableCommand
from incidents.loading import load_report_categories
from zones.models import Municipality


class Command(TableCommand):
    """`manage.py load_report_categories SLUG FILE.csv [--dry-run]`."""

    help = "Load categories of reports from a table; the whole file is taken or nothing of it."

    def load(
        self, town: Municipality, raw: bytes, act: Act, *, is_trial: bool, options: dict[str, Any]
    ) -> Loaded:
        """One file, one town."""
        return load_report_categories(municipality=town, raw=raw, act=act, is_trial=is_trial)
