"""Putting a survey together: questions are added, changed, moved and taken out until it begins."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Phase, Process, Question
from consultations.phases import PhaseKind

Names = Mapping[str, str]

CHOICES = frozenset({Question.Kind.ONE, Question.Kind.MANY})
PLACES = frozenset({Question.Kind.POINT, Question.Kind.LINE, Question.Kind.AREA})
#: A page that somebody fills in on a phone has no more.
MOST_QUESTIONS = 40
FEWEST_OPTIONS, MOST_OPTIONS = 2, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionText:
    """What a question says.

    Attributes:
        options: the given answers in their order, each by language; of choices only.
        is_in_area: whether a place must lie in the area of the consultation; of places only.
    """

    kind: str
    names: Names
    options: Sequence[Names] = field(default=())
    is_required: bool = False
    is_in_area: bool = False


def survey_phases(process: Process) -> list[Phase]:
    """The surveys of a consultation in the order in which they begin."""
    found = [one for one in process.phases.all() if one.kind == PhaseKind.SURVEY]
    return sorted(found, key=lambda one: (one.starts_at, one.pk))


def is_fixed(phase: Phase, now: dt.datetime) -> bool:
    """Whether its questions stand: it began in public, or somebody answered it."""
    began = phase.process.state != Process.State.DRAFT and phase.starts_at <= now
    return began or phase.responses.exists()


@transaction.atomic
def keep_question(
    *, phase: Phase, text: QuestionText, now: dt.datetime, question: Question | None = None
) -> Question:
    """Add a question at the end, or change one; its place in the survey stays.

    Raises:
        ValidationError: `begun`, `too_many`, `options`, and what the fields refuse.
    """
    _hold(phase, now)
    options = _options(text)
    kept = question or Question(phase=phase, **_next_place(phase))
    kept.kind, kept.names, kept.options = text.kind, dict(text.names), options
    kept.is_required = text.is_required
    kept.is_in_area = text.is_in_area and text.kind in PLACES and bool(phase.process.area_id)
    kept.full_clean(exclude=["phase"])
    kept.save()
    return kept


@transaction.atomic
def remove_question(*, question: Question, now: dt.datetime) -> None:
    """Take a question out.

    Raises:
        ValidationError: `begun`.
    """
    _hold(question.phase, now)
    question.delete()


@transaction.atomic
def move_question(*, question: Question, is_up: bool, now: dt.datetime) -> None:
    """Let a question change places with the one before or after it; at the end nothing happens.

    Raises:
        ValidationError: `begun`.
    """
    _hold(question.phase, now)
    rows = list(Question.objects.filter(phase=question.phase).order_by("position", "pk"))
    at = next(place for place, one in enumerate(rows) if one.pk == question.pk)
    other = at - 1 if is_up else at + 1
    if not 0 <= other < len(rows):
        return
    rows[at], rows[other] = rows[other], rows[at]
    for place, one in enumerate(rows, 1):
        one.position = place
    Question.objects.bulk_update(rows, ["position"])


def _hold(phase: Phase, now: dt.datetime) -> None:
    """Lock the phase, so that two hands do not order it at once; refuse one that began."""
    current = Phase.objects.select_for_update(of=("self",)).select_related("process")
    if is_fixed(current.get(pk=phase.pk), now):
        raise ValidationError(
            _(
                "This survey has begun: its questions stand as they are, so that everybody answers "
                "the same. Plan another survey for new questions."
            ),
            code="begun",
        )


def _next_place(phase: Phase) -> dict[str, str | int]:
    rows = list(phase.questions.values_list("code", "position"))
    if len(rows) >= MOST_QUESTIONS:
        raise ValidationError(
            _("A survey has at most %(most)s questions. Take one out first.")
            % {"most": MOST_QUESTIONS},
            code="too_many",
        )
    taken = {code for code, _position in rows}
    number = next(n for n in range(1, MOST_QUESTIONS + 2) if f"q{n}" not in taken)
    return {"code": f"q{number}", "position": max((place for _code, place in rows), default=0) + 1}


def _options(text: QuestionText) -> list[dict[str, object]]:
    if text.kind not in CHOICES:
        return []
    if not FEWEST_OPTIONS <= len(text.options) <= MOST_OPTIONS:
        raise ValidationError(
            {
                "options": ValidationError(
                    _("Give between %(least)s and %(most)s answers to choose from.")
                    % {"least": FEWEST_OPTIONS, "most": MOST_OPTIONS},
                    code="options",
                )
            }
        )
    return [
        {"code": f"a{number}", "names": dict(names)} for number, names in enumerate(text.options, 1)
    ]
