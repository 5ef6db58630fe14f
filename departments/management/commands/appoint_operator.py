"""Lets a person found municipalities on a page; the first step of an empty installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from departments.services.founding import appoint_operator, dismiss_operator


class Command(BaseCommand):
    """manage.py appoint_operator EMAIL [--name NAME] [--dismiss]"""

    help = "Let a person found municipalities at /setup/; the person signs in by a code by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the person."""
        parser.add_argument("email", help="address the person signs in with")
        parser.add_argument("--name", default="", help="name to show")
        parser.add_argument("--dismiss", action="store_true", help="take it back instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Appoint or dismiss, and say how the person comes in."""
        email = options["email"]
        if options["dismiss"]:
            if not dismiss_operator(email=email):
                raise CommandError(f"{email} is no operator.", returncode=2)
            self.stdout.write(f"{email} founds no more municipalities.")
            return
        try:
            appoint_operator(email=email, full_name=options["name"], now=timezone.now())
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages), returncode=2) from refused
        self.stdout.write(
            f"{email} may found municipalities now and signs in at /accounts/?next=/setup/ "
            "by a code sent to that address."
        )
