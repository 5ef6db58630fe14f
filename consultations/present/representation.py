"""Who takes part, as planners read it: shares, and where most are missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from consultations.services.representation import Reached, Representation
from consultations.suppression import NOWHERE, K
from zones.models import Zone
from zones.names import in_language

#: What too few people stand for when groups are compared.
_FEW = K // 2


@dataclass(frozen=True, slots=True)
class Row:
    """A group of zones with what the page says of it.

    Attributes:
        took_part: by the weightiest of vote, survey and words that the consultation has.
        share: in percent; nothing where there are too few.
        missing: how many more would have taken part at the share of the town; the list goes by it.
    """

    names: Sequence[str]
    reached: Reached
    took_part: int | None
    share: int | None
    missing: int


def rows_of(found: Representation, zones: Mapping[int, Zone], order: Sequence[str]) -> list[Row]:
    """Groups by where most people are missing; reckoned from rounded figures alone."""
    parts = [_part(found, one) for one in found.groups]
    everybody = sum(one.residents for one in found.groups) or 1
    mean = sum(_FEW if part is None else part for part in parts) / everybody
    rows = [
        Row(
            names=_names(one, zones, order),
            reached=one,
            took_part=part,
            share=None if part is None or not one.residents else round(100 * part / one.residents),
            missing=max(5 * round((mean * one.residents - (part or _FEW)) / 5), 0),
        )
        for one, part in zip(found.groups, parts, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row.missing, tuple(row.names)))


def _part(found: Representation, one: Reached) -> int | None:
    if found.has_vote:
        return one.voted
    if any(other.answered is not None for other in found.groups):
        return one.answered
    return one.said


def _names(one: Reached, zones: Mapping[int, Zone], order: Sequence[str]) -> list[str]:
    names = sorted(in_language(zones[zone].names, order) for zone in one.zones if zone in zones)
    return [*names, *([_("homes in no zone")] if NOWHERE in one.zones else [])]
