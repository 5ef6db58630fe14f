"""Place what a town has in its zones: addresses first, then sites and residents who follow them."""

from typing import Any

from django.utils import timezone

from residents.placing import place_residents
from sign_registry.services.site_zones import place_sites
from zones.management.commands.place import Command as PlaceAddresses
from zones.management.towns import town_named


class Command(PlaceAddresses):
    """`manage.py place SLUG [--kind CODE] [--without-cover]`."""

    help = "Place all addresses, sites and residents of a municipality in the zones in force today."

    def handle(self, *args: Any, **options: Any) -> None:
        """Addresses as ever; then sites and residents, who take their zones from them."""
        super().handle(*args, **options)
        municipality, now = town_named(options["slug"]), timezone.now()
        placed = place_sites(municipality=municipality, now=now)
        if placed.added or placed.removed or placed.unplaced:
            self.stdout.write(
                f"sites: {placed.added} zones added, {placed.removed} taken away, "
                f"{placed.unplaced} sites in no zone"
            )
        # No numbers: how many people a change concerned is nobody's to read off a screen.
        moved = place_residents(municipality=municipality, now=now)
        if moved.opened or moved.closed:
            self.stdout.write("residents: their zones were brought up to date")
