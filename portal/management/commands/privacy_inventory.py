"""Compares the inventory of personal data with the tables, and prints the record made of it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.privacy.inventory import faults, inventory


class Command(BaseCommand):
    """`manage.py privacy_inventory`: 0 when every field has its place, else 1 with what lacks."""

    help = "Check that every field of every table stands in the inventory of personal data."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is missing; the gate of each change asks this."""
        found = faults(inventory())
        if found:
            raise CommandError(
                "\n".join([*found, "Name the fields in portal/privacy/inventory.toml."])
            )
        personal = sum(len(table.personal) for table in inventory().values())
        self.stdout.write(f"{len(inventory())} tables, {personal} fields about people.")
