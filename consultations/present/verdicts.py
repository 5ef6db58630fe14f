"""Tells a person in words whether the own vote counts in a consultation, and why."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consultations.eligibility import Why, judge
from consultations.models import Process
from consultations.phases import Action, PhaseKind
from consultations.services.homes import home_of, reference_of, residence_of, rule_of
from residents.models import Residence
from zones.labels import address_label
from zones.names import in_language

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Told:
    """What the personal panel says.

    Attributes:
        why: code of the reason, as in `eligibility.Why`.
        contest: what to do if it is wrong; empty where nothing is.
        page: the part of an address below the town where it can be mended; empty for none.
        link: the words of the link to that page.
    """

    why: str
    counts: bool
    sentence: str
    contest: str = ""
    page: str = ""
    link: str = ""


def action_that_counts(process: Process) -> Action:
    """What is counted in a consultation: the vote, else answers, else what is said."""
    kinds = {phase.kind for phase in process.phases.all()}
    if PhaseKind.VOTE in kinds:
        return Action.VOTE
    return Action.ANSWER if PhaseKind.SURVEY in kinds else Action.COMMENT


def told_to(user: "User | AnonymousUser", process: Process, now: dt.datetime) -> Told:
    """The verdict of the rules about a person who is signed in, in the active language."""
    action = action_that_counts(process)
    on = reference_of(process, now)
    residence = residence_of(user, process, on)
    verdict = judge(rule_of(process, action), home_of(residence, process, on))
    words = {
        "address": _address_of(residence),
        "day": date_format(on, "DATE_FORMAT"),
        "town": process.municipality.name,
    }
    is_vote = action is Action.VOTE
    everywhere = process.area is None
    sentence = _sentence(verdict.why, words, is_vote=is_vote, everywhere=everywhere)
    if verdict.counts:
        return Told(verdict.why, counts=True, sentence=sentence)
    contest, page, link = _way_out(verdict.why, process)
    return Told(verdict.why, False, sentence, contest, page, link)


def _address_of(residence: Residence | None) -> str:
    """As the person wrote it, else as the register has it."""
    if residence is None:
        return ""
    return residence.written or (address_label(residence.address) if residence.address else "")


def _sentence(why: Why, words: dict[str, str], *, is_vote: bool, everywhere: bool) -> str:
    if why is Why.COUNTED:
        if everywhere:
            told = _("On %(day)s you lived in %(town)s, at %(address)s: you count.")
        elif is_vote:
            told = _("Your address %(address)s lay in the area on %(day)s: your vote counts.")
        else:
            told = _(
                "Your address %(address)s lay in the area on %(day)s: you count as one of those "
                "who live there."
            )
    elif why is Why.NO_RESIDENCE:
        told = _(
            "We know no home of yours in %(town)s on %(day)s. You may read and speak, but you are "
            "not counted as a resident."
        )
    elif why is Why.OUTSIDE:
        told = _(
            "Your address %(address)s lay outside the area on %(day)s. You may speak and are shown "
            "apart; a vote of yours is not counted."
        )
    elif why is Why.NOT_SURE_ENOUGH:
        told = _(
            "Your address %(address)s is not confirmed yet. You may speak; for your vote to count "
            "the address must be confirmed first."
        )
    else:
        told = _(
            "By the year of birth you gave you were too young on %(day)s for your vote to count. "
            "You may read and speak."
        )
    return told % words


def _way_out(why: Why, process: Process) -> tuple[str, str, str]:
    """What to do about it, the page for it and the words of the link."""
    town = process.municipality
    desk = in_language(town.desk_texts, town.languages) if town.desk_texts else ""
    if why is Why.NO_RESIDENCE:
        return _("Register your address; it takes two minutes."), "join/", _("Register")
    if why is Why.NOT_SURE_ENOUGH:
        told = _("Ask for a code by post, or show a paper with your address at the desk.")
    else:
        told = _("If this is wrong, have your address put right at the desk for residents.")
    return " ".join(filter(None, (told, desk))), "me/", _("Look at my address")
