"""Filling in a survey: one for each person, which may be changed until the survey ends."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import Phase, Process, Question, Response, ResponseValue
from consultations.opening_words import closed_words
from consultations.phases import Action, holds, opening
from consultations.services.speaking import DECLARED, voice_of
from submissions.masking import mask
from submissions.models import Submission
from submissions.services import erase, take_text
from zones.days import civil_day

ORIGIN = "survey"
LOWEST, HIGHEST = 1, 10
Kind = Question.Kind
SHAPES: Mapping[str, frozenset[str]] = {
    Kind.POINT: frozenset({"Point"}),
    Kind.LINE: frozenset({"LineString", "MultiLineString"}),
    Kind.AREA: frozenset({"Polygon", "MultiPolygon"}),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answered to one question; only what its kind asks for is filled in.

    Attributes:
        codes: of the options that were chosen.
        place: in EPSG:4326.
    """

    codes: tuple[str, ...] = ()
    score: int | None = None
    text: str = ""
    place: GEOSGeometry | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return not (self.codes or self.text.strip() or self.place) and self.score is None


@transaction.atomic
def respond(
    *,
    phase: Phase,
    answers: Mapping[str, Given],
    user: User,
    now: dt.datetime,
    speaks_as: str = "",
) -> Response:
    """Keep the answers of a person in place of those given before; words wait for a moderator.

    A changed survey is a new row: nobody who reads figures twice finds out which one was changed.

    Args:
        answers: by code of the question; what is no question of the survey is refused.
        speaks_as: `business` or `association` by the person's own word; else the town decides.

    Raises:
        ValidationError: `closed`, `unknown`, or by code of the question `required`, `unknown`,
            `outside` and what a submission refuses.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _refuse_closed(phase, now)
    questions = list(phase.questions.order_by("position", "pk"))
    _refuse_faults(phase.process, questions, answers)
    before = Response.objects.filter(phase=phase, user=user).first()
    words = _take_back(before)
    voice = voice_of(user, phase.process, now)
    today = civil_day(now, phase.process.municipality.timezone)
    response = Response.objects.create(
        phase=phase,
        user=user,
        standing=speaks_as if speaks_as in DECLARED else voice.standing,
        zone=voice.zone,
        assurance=voice.assurance,
        answered_on=today,
    )
    ResponseValue.objects.bulk_create(
        _value(response, question, answers[question.code], words, today)
        for question in questions
        if question.code in answers and not answers[question.code].is_empty
    )
    for submission in words.values():
        erase(submission)
    return response


def response_of(phase: Phase, user: User) -> dict[str, Given]:
    """What a person answered so far, by code of the question."""
    rows = ResponseValue.objects.filter(response__phase=phase, response__user=user)
    return {row.question.code: _given(row) for row in rows.select_related("question", "submission")}


def _given(row: ResponseValue) -> Given:
    value = row.value
    return Given(
        codes=tuple(value) if isinstance(value, list) else (),
        score=value if isinstance(value, int) else None,
        text=row.submission.text if row.submission else "",
        place=row.geometry,
    )


def _refuse_closed(phase: Phase, now: dt.datetime) -> None:
    if phase.process.state == Process.State.PUBLISHED and holds(phase, now):
        return
    window = opening(Action.ANSWER, [phase], now)
    raise ValidationError(closed_words(window, phase.process.municipality.timezone), code="closed")


def _refuse_faults(
    process: Process, questions: Sequence[Question], answers: Mapping[str, Given]
) -> None:
    if set(answers) - {question.code for question in questions}:
        raise ValidationError(
            _("The questions have changed. Load the page again, please."), code="unknown"
        )
    faults: dict[str, ValidationError] = {}
    for question in questions:
        try:
            _check(process, question, answers.get(question.code, Given()))
        except ValidationError as fault:
            faults[question.code] = fault
    if faults:
        raise ValidationError(faults)


def _check(process: Process, question: Question, given: Given) -> None:
    if given.is_empty:
        if question.is_required:
            raise ValidationError(_("This question needs an answer."), code="required")
        return
    if not _fits(question, given):
        raise ValidationError(_("Choose one of the answers that are offered."), code="unknown")
    if given.place is not None:
        _check_place(process, question, given.place)


def _fits(question: Question, given: Given) -> bool:
    known = {str(option["code"]) for option in question.options}
    if question.kind in (Kind.ONE, Kind.MANY):
        most = 1 if question.kind == Kind.ONE else len(known)
        codes = set(given.codes)
        return codes <= known and 0 < len(given.codes) <= most and len(codes) == len(given.codes)
    if question.kind == Kind.SCALE:
        return given.score is not None and LOWEST <= given.score <= HIGHEST
    if question.kind == Kind.TEXT:
        return bool(given.text.strip())
    return given.place is not None and given.place.geom_type in SHAPES[question.kind]


def _check_place(process: Process, question: Question, place: GEOSGeometry) -> None:
    outline = process.municipality.outline
    if outline is not None and not outline.covers(place):
        raise ValidationError(
            _("This place is outside the municipality. Choose a place inside the border."),
            code="outside",
        )
    area = process.area.geometry if process.area is not None else None
    if question.is_in_area and area is not None and not area.covers(place):
        raise ValidationError(
            _("This place is outside the area of the consultation. Choose one inside it."),
            code="outside",
        )


def _take_back(before: Response | None) -> dict[str, Submission]:
    """Delete what was answered before; the words stay in hand, by question."""
    if before is None:
        return {}
    rows = before.values.filter(submission__isnull=False)
    words = {
        row.question.code: row.submission
        for row in rows.select_related("question", "submission")
        if row.submission is not None
    }
    before.delete()
    return words


def _value(
    response: Response,
    question: Question,
    given: Given,
    words: dict[str, Submission],
    today: dt.date,
) -> ResponseValue:
    row = ResponseValue(response=response, question=question, geometry=given.place)
    if question.kind == Kind.TEXT:
        row.submission = _words(question, given.text, words, today)
    elif question.kind == Kind.SCALE:
        row.value = given.score
    elif given.codes:
        row.value = list(given.codes)
    return row


def _words(
    question: Question, text: str, before: dict[str, Submission], today: dt.date
) -> Submission:
    """The same words stay as they were decided about; others are looked at anew."""
    kept = before.get(question.code)
    if kept is not None and kept.text == mask(text).text:
        return before.pop(question.code)
    try:
        return take_text(text=text, origin=ORIGIN, received_on=today)
    except ValidationError as refused:
        raise ValidationError({question.code: refused}) from refused
