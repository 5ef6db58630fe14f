"""Compiles the message files of the project, and of nothing that lies beside it."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

# Folders that belong to others and can hold a `locale` of their own.
NOT_OURS = [".venv", "var", "frontend", "node_modules", "bench"]


class Command(BaseCommand):
    """`manage.py compile_translations`: only files that changed are compiled."""

    help = "Compile the project's message files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's own command with the folders of others left out."""
        call_command("compilemessages", ignore_patterns=NOT_OURS, verbosity=0)
