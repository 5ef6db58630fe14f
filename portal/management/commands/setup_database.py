"""Makes the database's roles, extensions and grants; it can run again at any time."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.database_roles import grant_rights, make_extensions, make_roles


class Command(BaseCommand):
    """`manage.py setup_database [--grants-only]`."""

    help = "Make the roles, extensions and grants that the program needs."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch: after a migration only the grants are wanted."""
        parser.add_argument("--grants-only", action="store_true", help="leave roles alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Connect as the owner and bring the database to the wanted state."""
        try:
            if not options["grants_only"]:
                make_roles()
                make_extensions()
            grant_rights()
        except ImproperlyConfigured as problem:
            raise CommandError(str(problem), returncode=2) from problem
