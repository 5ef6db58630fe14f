"""The nouns of the sign registry: sites, signs, the crew's work, and anonymous ratings.

Inside the package imports go one way: sites <- signs <- (printing, crew); sites <- ratings. Nothing
here relates to an account: staff act as a Membership, raters as nobody at all.
"""

from sign_registry.models.crew import CrewRound, Inspection, InstallLink, RoundStop
from sign_registry.models.printing import BatchSign, PrintBatch
from sign_registry.models.ratings import (
    Comment,
    CommentInbox,
    RatingInbox,
    RatingTally,
    ReasonInbox,
    ReasonTally,
    SetAsideCase,
    SignPulse,
)
from sign_registry.models.signs import Sign, SignCode, SignEvent
from sign_registry.models.sites import (
    ReasonTag,
    Site,
    SiteCategory,
    SitePeriod,
    SiteZone,
    VehicleAssignment,
)

__all__ = [
    "BatchSign",
    "Comment",
    "CommentInbox",
    "CrewRound",
    "Inspection",
    "InstallLink",
    "PrintBatch",
    "RatingInbox",
    "RatingTally",
    "ReasonInbox",
    "ReasonTag",
    "ReasonTally",
    "RoundStop",
    "SetAsideCase",
    "Sign",
    "SignCode",
    "SignEvent",
    "SignPulse",
    "Site",
    "SiteCategory",
    "SitePeriod",
    "SiteZone",
    "VehicleAssignment",
]
