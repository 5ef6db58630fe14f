"""The nouns of the ground: towns, zones, streets, addresses, places and what was baked of them.

Inside the package imports go one way: municipality <- areas <- addresses <- tiles; corrections,
history, drafts, loads, practice, open files, target areas and reach hang on municipality and
areas.
"""

from zones.models.addresses import Address, AddressPlacement, Place, PostalRange, Street
from zones.models.areas import Zone, ZoneEdition, ZoneKind, ZoneShape
from zones.models.corrections import Correction
from zones.models.drafts import ZoneDraft, ZoneDraftStep
from zones.models.history import SettingChange
from zones.models.loads import TownLoad
from zones.models.municipality import Dataset, Municipality
from zones.models.open_files import GeodataFile
from zones.models.practice import PracticeOrder
from zones.models.reach import ReachCell
from zones.models.target_areas import TargetArea
from zones.models.tiles import LayerTile, TileBake

__all__ = [
    "Address",
    "AddressPlacement",
    "Correction",
    "Dataset",
    "GeodataFile",
    "LayerTile",
    "Municipality",
    "Place",
    "PostalRange",
    "PracticeOrder",
    "ReachCell",
    "SettingChange",
    "Street",
    "TargetArea",
    "TileBake",
    "TownLoad",
    "Zone",
    "ZoneDraft",
    "ZoneDraftStep",
    "ZoneEdition",
    "ZoneKind",
    "ZoneShape",
]
