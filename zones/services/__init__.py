"""The verbs of the ground: founding towns, loading zones, streets, addresses and places."""

from zones.services.editions import EditionOutcome, NewEdition, load_zones
from zones.services.municipalities import TownFacts, create_municipality
from zones.services.postal import load_postal_ranges, postal_code_for
from zones.services.register import bump
from zones.services.registers import load_addresses, load_places, load_streets
from zones.services.street_areas import derive_street_areas

__all__ = [
    "EditionOutcome",
    "NewEdition",
    "TownFacts",
    "bump",
    "create_municipality",
    "derive_street_areas",
    "load_addresses",
    "load_places",
    "load_postal_ranges",
    "load_streets",
    "load_zones",
    "postal_code_for",
]
