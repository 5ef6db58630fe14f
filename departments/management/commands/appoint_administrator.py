"""Gives a person the administration of a town; the first step after a town is founded."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from departments.acts import Act
from departments.services import appoint_administrator
from zones.management.towns import town_named


class Command(BaseCommand):
    """manage.py appoint_administrator SLUG EMAIL [--name NAME]"""

    help = "Make a person administrator of a town; the person signs in by a code sent by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the town and the person."""
        parser.add_argument("slug", help="short name of the town")
        parser.add_argument("email", help="address the person signs in with")
        parser.add_argument("--name", default="", help="name to show")

    def handle(self, *args: Any, **options: Any) -> None:
        """Appoint, and say how the person comes in."""
        municipality = town_named(options["slug"])
        try:
            membership = appoint_administrator(
                municipality=municipality,
                email=options["email"],
                full_name=options["name"],
                act=Act(None, timezone.now(), "appoint_administrator"),
            )
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages), returncode=2) from refused
        email = membership.user.email
        self.stdout.write(
            f"{email} administers {municipality.slug} now and signs in at "
            f"/accounts/?next=/{municipality.slug}/ by a code sent to that address."
        )
