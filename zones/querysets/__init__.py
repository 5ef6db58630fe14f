"""Questions of the ground, chainable and in domain words."""

from zones.querysets.ground import (
    COLLATIONS,
    AddressPlacementQuerySet,
    AddressQuerySet,
    CorrectionQuerySet,
    DatasetQuerySet,
    LayerTileQuerySet,
    MunicipalityQuerySet,
    PlaceQuerySet,
    SettingChangeQuerySet,
    StreetQuerySet,
    TileBakeQuerySet,
    ZoneEditionQuerySet,
    ZoneKindQuerySet,
    ZoneQuerySet,
    ZoneShapeQuerySet,
    collated,
    names_hold,
)
from zones.querysets.loads import PracticeOrderQuerySet, TownLoadQuerySet
from zones.querysets.open_files import GeodataFileQuerySet
from zones.querysets.plans import ReachCellQuerySet, TargetAreaQuerySet, ZoneDraftQuerySet

__all__ = [
    "COLLATIONS",
    "AddressPlacementQuerySet",
    "AddressQuerySet",
    "CorrectionQuerySet",
    "DatasetQuerySet",
    "GeodataFileQuerySet",
    "LayerTileQuerySet",
    "MunicipalityQuerySet",
    "PlaceQuerySet",
    "PracticeOrderQuerySet",
    "ReachCellQuerySet",
    "SettingChangeQuerySet",
    "StreetQuerySet",
    "TargetAreaQuerySet",
    "TileBakeQuerySet",
    "TownLoadQuerySet",
    "ZoneDraftQuerySet",
    "ZoneEditionQuerySet",
    "ZoneKindQuerySet",
    "ZoneQuerySet",
    "ZoneShapeQuerySet",
    "collated",
    "names_hold",
]
