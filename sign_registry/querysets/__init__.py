"""Questions about sites, signs, the crew's work and ratings, chainable and in domain words."""

from sign_registry.querysets.crew import (
    CrewRoundQuerySet,
    InspectionQuerySet,
    InstallLinkQuerySet,
    PrintBatchQuerySet,
    RoundStopQuerySet,
)
from sign_registry.querysets.ratings import (
    CommentQuerySet,
    RatingTallyQuerySet,
    ReasonTallyQuerySet,
    SetAsideCaseQuerySet,
    SignPulseQuerySet,
)
from sign_registry.querysets.signs import SignCodeQuerySet, SignEventQuerySet, SignQuerySet
from sign_registry.querysets.sites import (
    ReasonTagQuerySet,
    SiteCategoryQuerySet,
    SitePeriodQuerySet,
    SiteQuerySet,
    SiteZoneQuerySet,
    VehicleAssignmentQuerySet,
)

__all__ = [
    "CommentQuerySet",
    "CrewRoundQuerySet",
    "InspectionQuerySet",
    "InstallLinkQuerySet",
    "PrintBatchQuerySet",
    "RatingTallyQuerySet",
    "ReasonTagQuerySet",
    "ReasonTallyQuerySet",
    "RoundStopQuerySet",
    "SetAsideCaseQuerySet",
    "SignCodeQuerySet",
    "SignEventQuerySet",
    "SignPulseQuerySet",
    "SignQuerySet",
    "SiteCategoryQuerySet",
    "SitePeriodQuerySet",
    "SiteQuerySet",
    "SiteZoneQuerySet",
    "VehicleAssignmentQuerySet",
]
