"""Freezes this month's files of open geodata now, without waiting for the night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.geodata.editions import freeze_edition
from zones.management.towns import town_named
from zones.models import Municipality


class Command(BaseCommand):
    """`manage.py publish_geodata [--town SLUG]`."""

    help = "Writes the frozen files of open geodata of this month, where they are missing."
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        """One town, else all."""
        parser.add_argument("--town", help="short name of one municipality")

    def handle(self, *_args: Any, **options: Any) -> None:
        """One line for each town."""
        named = options["town"]
        towns = [town_named(named)] if named else list(Municipality.objects.order_by("slug"))
        for town in towns:
            files = freeze_edition(municipality=town, now=timezone.now())
            said = f"{files} files" if files else "there already, or nothing to publish"
            self.stdout.write(f"{town.slug}: {said}")
