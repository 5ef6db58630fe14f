"""The verbs of the ground: founding towns, loading zones, streets, addresses and places."""

from zones.services.editions import EditionOutcome, load_zones
from zones.services.municipalities import create_municipality
from zones.services.register import bump
from zones.services.registers import load_addresses, load_places, load_streets

__all__ = [
    "EditionOutcome",
    "bump",
    "create_municipality",
    "load_addresses",
    "load_places",
    "load_streets",
    "load_zones",
]
