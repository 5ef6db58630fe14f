"""The nouns of this app."""

from satisfaction.models.alerts import Alert
from satisfaction.models.blocks import ReasonShare, VoteBlock, VoteShare
from satisfaction.models.files import OpenFile
from satisfaction.models.snapshots import Figure, GroupFigure, SiteFigure, Snapshot

__all__ = [
    "Alert",
    "Figure",
    "GroupFigure",
    "OpenFile",
    "ReasonShare",
    "SiteFigure",
    "Snapshot",
    "VoteBlock",
    "VoteShare",
]
