"""Asking the town, answering in public, refusing, taking back."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from departments.models import Department
from questions.models import Question
from submissions.models import Submission
from submissions.services import erase, moderate, take_text
from zones.days import civil_day
from zones.models import Municipality

ORIGIN = "question"
LONGEST_ASKED = 1000
State = Question.State


@dataclass(frozen=True, slots=True)
class Wording:
    """What the town writes; texts by language."""

    questions: Mapping[str, str]
    answers: Mapping[str, str]
    department: Department | None = None
    position: int = 100


@transaction.atomic
def ask(*, municipality: Municipality, text: str, now: dt.datetime) -> Question:
    """Keep a resident's question, without a name; nobody outside sees it.

    Raises:
        ValidationError: `too_long`, or `empty` when nothing that can be read is left.
    """
    if len(text) > LONGEST_ASKED:
        raise ValidationError(
            _("Ask shorter, please: at most %(most)d characters.") % {"most": LONGEST_ASKED},
            code="too_long",
        )
    today = civil_day(now, municipality.timezone)
    asked = take_text(text=text, origin=ORIGIN, received_on=today)
    return Question.objects.create(municipality=municipality, asked=asked, asked_on=today)


@transaction.atomic
def write(
    *,
    municipality: Municipality,
    wording: Wording,
    now: dt.datetime,
    question: Question | None = None,
) -> Question:
    """Keep the town's wording; a question that is public changes at once, others stay unseen.

    Raises:
        ValidationError: `foreign` for a department of another town; `unanswered` where a public
            one would lose its question or its answer.
    """
    row = _locked(question) if question else _new(municipality, now)
    if wording.department and wording.department.municipality_id != municipality.pk:
        raise ValidationError(_("Choose a department of this town."), code="foreign")
    row.questions, row.answers = dict(wording.questions), dict(wording.answers)
    row.department, row.position = wording.department, wording.position
    if row.state == State.PUBLIC:
        _refuse_unanswered(row)
    row.clean_fields()
    row.save()
    return row


@transaction.atomic
def publish(*, question: Question, actor: User, now: dt.datetime) -> Question:
    """Show question and answer to everybody; what the resident typed is erased.

    Raises:
        ValidationError: `unanswered` without both texts in the town's first language.
    """
    row = _locked(question)
    _refuse_unanswered(row)
    row.state, row.answered_by, row.answered_at = State.PUBLIC, actor, now
    row.save(update_fields=["state", "answered_by", "answered_at"])
    _settle(row, Submission.State.RELEASED, actor, now, "")
    return row


@transaction.atomic
def refuse(*, question: Question, reason: str, actor: User, now: dt.datetime) -> Question:
    """Do not answer it, or take it back from the public; the typed words are erased.

    Raises:
        ValidationError: `reason_missing`.
    """
    if not reason.strip():
        raise ValidationError(
            _("Say in a few words why; the reason stays on record."), code="reason_missing"
        )
    row = _locked(question)
    row.state, row.answered_by, row.answered_at = State.REFUSED, actor, now
    row.save(update_fields=["state", "answered_by", "answered_at"])
    _settle(row, Submission.State.REFUSED, actor, now, reason)
    return row


def _new(municipality: Municipality, now: dt.datetime) -> Question:
    return Question(municipality=municipality, asked_on=civil_day(now, municipality.timezone))


def _locked(question: Question) -> Question:
    rows = Question.objects.select_for_update(of=("self",)).select_related("municipality", "asked")
    return rows.get(pk=question.pk)


def _refuse_unanswered(row: Question) -> None:
    first = row.municipality.languages[0]
    if not row.questions.get(first) or not row.answers.get(first):
        raise ValidationError(
            _("Write the question and the answer in the town’s first language."),
            code="unanswered",
        )


def _settle(
    row: Question, state: Submission.State, actor: User, now: dt.datetime, reason: str
) -> None:
    """Put the first decision on record, or that a released one was taken back; erase the words."""
    if row.asked is None or row.asked.state in (state, Submission.State.REFUSED):
        return
    moderate(submission=row.asked, state=state, actor=actor, now=now, reason=reason[:300])
    erase(row.asked)
