"""Gives a person the administration of a town; the first step after a town is founded."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from departments.acts import Act
from departments.services import appoint_administrator
from zones.management.towns import town_named


class Command(BaseCommand):
    """manage.py appoint_administrator SLUG EMAIL [--name NAME]"""

    help = "Make a person administrator of a town; asks for the password of the account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the town and the person."""
        parser.add_argument("slug", help="short name of the town")
        parser.add_argument("email", help="address the person signs in with")
        parser.add_argument("--name", default="", help="name to show")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask twice for the password, check it, appoint."""
        municipality = town_named(options["slug"])
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Once more: "):
            raise CommandError("The two passwords differ. Nothing was changed.", returncode=2)
        try:
            validate_password(password)
            appoint_administrator(
                municipality=municipality,
                email=options["email"],
                full_name=options["name"],
                password=password,
                act=Act(None, timezone.now(), "appoint_administrator"),
            )
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages), returncode=2) from refused
        self.stdout.write(f"{options['email']} administers {municipality.slug} now.")
