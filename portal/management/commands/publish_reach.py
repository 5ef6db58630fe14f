"""Publishes the reach of a town now, without waiting for the night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.reach import publish
from zones.management.towns import town_named


class Command(BaseCommand):
    """`manage.py publish_reach SLUG`."""

    help = (
        "Counts the homes of a municipality by squares and, at most once a quarter, its residents."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        """The town."""
        parser.add_argument("slug", help="short name of the municipality")

    def handle(self, *_args: Any, **options: Any) -> None:
        """One line; how many squares tell of people is public, how many people there are is not."""
        done = publish(municipality=town_named(options["slug"]), now=timezone.now())
        line = f"homes: {done.squares['homes']} squares"
        if done.people:
            self.stdout.write(f"{line}; residents: {done.squares['residents']} squares")
        else:
            self.stdout.write(
                f"{line}; residents: left as they are, or fewer than 200 have registered"
            )
