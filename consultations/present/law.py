"""What the pages of the legal notice show: its days in order, and what the law asks."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from consultations.legal_notice import Days
from consultations.models import LegalNotice, PublicationProof
from consultations.notice_words import CHANNEL_NAMES, DUTY_NAMES, FIGURE_NAMES, UNIT_NAMES
from consultations.regimes import Edition
from notifications.services.paper import AT_ONCE


@dataclass(frozen=True, slots=True)
class Moment:
    """A day of the notice.

    Attributes:
        mark: "planned" was entered, "counted" was reckoned.
        at: where it lies on the line, in thousandths of its length.
    """

    day: dt.date
    words: str
    mark: str
    is_over: bool
    at: int = 0


def story_of(
    notice: LegalNotice, days: Days, today: dt.date, *, is_public: bool = False
) -> list[Moment]:
    """The days in their order; none that is not known, and in public none that only plans."""
    wait_words = (
        _("The term before the endorsement ends")
        if days.step == "endorsement"
        else _("The term before the decision ends")
    )
    earliest = (
        _("First lawful day for the endorsement")
        if days.step == "endorsement"
        else _("First lawful day for the decision")
    )
    told = [
        (
            None if is_public else days.announce_by,
            _("Last day to announce for the planned day"),
            "counted",
        ),
        (notice.announced_on, _("The notice is announced"), "planned"),
        (
            days.proposals.safe if days.proposals and not is_public else None,
            _("The shortest lawful term for proposals ends"),
            "counted",
        ),
        (days.proposals_until, _("Last day for proposals"), "planned"),
        (days.wait.sure if days.wait else None, wait_words, "counted"),
        (days.earliest, earliest, "counted"),
        (notice.debate_on, _("Day of the debate"), "planned"),
        (notice.goes_on, _("Goes for endorsement"), "planned"),
        (notice.decides_on, _("Day of the decision"), "planned"),
    ]
    known = sorted((day, words, mark) for day, words, mark in told if day)
    return [
        Moment(day, words, mark, day < today, _share(day, known[0][0], known[-1][0]))
        for day, words, mark in known
    ]


def asked_by_law(edition: Edition) -> list[Mapping[str, Any]]:
    """What the law asks, each with its article and whether that was confirmed."""
    terms = [
        {
            "words": FIGURE_NAMES[one.code],
            "length": f"{one.count} {UNIT_NAMES[one.unit]}",
            "rule": one,
        }
        for one in edition.figures.values()
    ]
    channels = [{"words": CHANNEL_NAMES[one.code], "rule": one} for one in edition.channels]
    duties = [{"words": DUTY_NAMES[one.code], "rule": one} for one in edition.duties.values()]
    return [*terms, *channels, *duties]


def proof_rows(proofs: Sequence[PublicationProof]) -> list[Mapping[str, Any]]:
    """Proofs with the channel in words."""
    return [{"one": one, "channel": CHANNEL_NAMES.get(one.channel, "")} for one in proofs]


def piles_of(doors: int, languages: Sequence[str]) -> list[Mapping[str, Any]]:
    """The files of posters that there are to print, by language; none without an entrance."""
    found: list[Mapping[str, Any]] = []
    for code in languages:
        for number in range(1, -(-doors // AT_ONCE) + 1):
            last = min(number * AT_ONCE, doors)
            figures = {"code": code.upper(), "first": (number - 1) * AT_ONCE + 1, "last": last}
            words = _("Posters (%(code)s), %(first)d to %(last)d") % figures
            found.append({"code": code, "number": number, "words": words})
    return found


def _share(day: dt.date, first: dt.date, last: dt.date) -> int:
    return 1000 * (day - first).days // max(1, (last - first).days)
