"""Sentences about legal notices: what is wrong and what to do, channels, duties; no ORM."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

ENTRANCES, STATEMENT = "entrances", "statement"
CHANNEL_NAMES: Mapping[str, StrOrPromise] = {
    "site": _("the town's own site"),
    "seat": _("at the town hall, where everybody can read it"),
    "media": _("sent to the press"),
    "asked": _("sent to those who asked for it"),
    ENTRANCES: _("on the entrances of the area"),
    STATEMENT: _("what was proposed and what became of it, on the own site"),
}
DUTY_NAMES: Mapping[str, StrOrPromise] = {
    "reasons": _("The reasons for the draft are published with it."),
    "statement": _("Before the decision it is published what was proposed and what became of it."),
    "answers": _("What is not taken up is answered with reasons."),
    "responsible": _("A named person receives the proposals."),
    "register": _("What was proposed is written into a register."),
    "report": _("Once a year the town reports about its consultations."),
}
FIGURE_NAMES: Mapping[str, StrOrPromise] = {
    "wait": _("from the announcement to the endorsement, at least"),
    "proposals": _("to send proposals in writing, at least"),
    "proposals_shortened": _("the same, in exceptional cases with published reasons"),
    "debate": _("to hold a debate that was asked for, at most"),
}
UNIT_NAMES: Mapping[str, StrOrPromise] = {
    "days": _("calendar days"),
    "working_days": _("working days"),
}
_FAULTS: Mapping[str, StrOrPromise] = {
    "no_regime": _("Nobody has said yet whether a law asks for a notice. Choose it on its page."),
    "no_edition": _("This law did not stand like that yet on %(day)s. Ask the lawyer."),
    "no_announcement": _("The day of the announcement is missing. No term can be counted."),
    "proposals_short": _(
        "Proposals can be sent until %(day)s only. The law asks for at least %(count)s days: until "
        "%(least)s."
    ),
    "too_early": _(
        "%(day)s is too early. The first lawful day is %(least)s; for %(day)s the notice must be "
        "announced by %(announce_by)s."
    ),
    "while_open": _("On %(day)s proposals can still be sent, until %(until)s. Decide later."),
    "backwards": _("The decision on %(day)s lies before the endorsement on %(until)s."),
    "cannot_shorten": _("The file of this law knows no shortened term."),
    "no_reasons": _("A shortened term needs reasons, which are published. Write them down."),
    "backdated": _(
        "The notice was not on this site on %(day)s. Enter %(least)s or a later day as the day of "
        "the announcement, or record the proof that it stood on another site of the town."
    ),
    "no_proof": _("It is not recorded yet that the notice was given: %(channel)s."),
    "late_channel": _(
        "The notice was given only on %(day)s: %(channel)s. The terms count from then: enter that "
        "day as the day of the announcement."
    ),
    "closes_early": _(
        "On this site people can speak until %(day)s only, but proposals can be sent until "
        "%(until)s. Make the phase longer."
    ),
    "no_responsible": _("Say who receives the proposals and where they are sent."),
    "debate_due": _(
        "A debate was asked for on %(day)s. Hold it by %(least)s and enter its day here."
    ),
    "no_statement": _(
        "What was proposed and what became of it must be published before the decision. Record it "
        "when it is done."
    ),
    "unanswered": _(
        "Some of what was said has no answer yet: %(count)s. Answer it before the decision."
    ),
}


def sentence(code: str, figures: Mapping[str, Any]) -> str:
    """What is wrong and what to do, in the language of the reader."""
    told = {name: _told(value) for name, value in figures.items()}
    # A Bulgarian date ends with a full stop of its own.
    return (str(_FAULTS[code]) % told).replace("..", ".")


def fault_words(code: str, figures: Mapping[str, Any]) -> StrOrPromise:
    """The same, put into words only when it is shown."""
    return lazystr(_Sentence(code, figures))


class _Sentence:
    """A sentence that is not said yet."""

    def __init__(self, code: str, figures: Mapping[str, Any]) -> None:
        self.code, self.figures = code, figures

    def __str__(self) -> str:
        return sentence(self.code, self.figures)


def _told(value: Any) -> str:
    if isinstance(value, str):
        return str(CHANNEL_NAMES[value])
    if isinstance(value, dt.date):
        return date_format(value, "DATE_FORMAT")
    return "–" if value is None else str(value)
