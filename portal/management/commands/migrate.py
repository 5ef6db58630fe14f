"""Lets `manage.py migrate` use the owner's connection unless told otherwise."""

from django.core.management.base import CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Django's own command with another default for `--database`."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take over Django's arguments and change one default."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
