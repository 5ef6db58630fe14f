"""Place what a town has in its zones: addresses first, then the sites that follow them."""

from typing import Any

from django.utils import timezone

from sign_registry.services.site_zones import place_sites
from zones.management.commands.place import Command as PlaceAddresses
from zones.management.towns import town_named


class Command(PlaceAddresses):
    """`manage.py place SLUG [--kind CODE] [--without-cover]`."""

    help = "Place all addresses and sites of a municipality in the zones in force today."

    def handle(self, *args: Any, **options: Any) -> None:
        """Addresses as ever; then sites, which take the streets of their addresses from them."""
        super().handle(*args, **options)
        placed = place_sites(municipality=town_named(options["slug"]), now=timezone.now())
        if placed.added or placed.removed or placed.unplaced:
            self.stdout.write(
                f"sites: {placed.added} zones added, {placed.removed} taken away, "
                f"{placed.unplaced} sites in no zone"
            )
