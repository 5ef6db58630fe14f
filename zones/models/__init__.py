"""The nouns of the ground: towns, zones, streets, addresses, places and what was baked of them.

Inside the package imports go one way: municipality <- areas <- addresses <- tiles; corrections and
history hang on municipality.
"""

from zones.models.addresses import Address, AddressPlacement, Place, PostalRange, Street
from zones.models.areas import Zone, ZoneEdition, ZoneKind, ZoneShape
from zones.models.corrections import Correction
from zones.models.history import SettingChange
from zones.models.municipality import Dataset, Municipality
from zones.models.tiles import LayerTile, TileBake

__all__ = [
    "Address",
    "AddressPlacement",
    "Correction",
    "Dataset",
    "LayerTile",
    "Municipality",
    "Place",
    "PostalRange",
    "SettingChange",
    "Street",
    "TileBake",
    "Zone",
    "ZoneEdition",
    "ZoneKind",
    "ZoneShape",
]
