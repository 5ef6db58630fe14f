"""From the draft to the public: what is still missing, publishing, prolonging, withdrawing."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from consultations.ballots import BallotForm
from consultations.blueprints import blueprint_of
from consultations.eligibility import Whose
from consultations.models import Phase, Process, ProjectLayer
from consultations.phases import PhaseKind, faults_of
from consultations.services import law
from consultations.services.homes import rule_of
from consultations.services.preparing import (
    PHASE_FAULTS,
    facts_of,
    open_draft,
    refuse_phases,
    written,
)
from consultations.services.who_counts import RULED, is_unsure
from zones.days import civil_day
from zones.services.target_areas import freeze

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_WHY = 600


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that has to be done before everybody may see a consultation.

    Attributes:
        step: of the preparation where it is mended, as the pages call it.
        is_blocking: whether it stops the publication, or only has to be known.
    """

    code: str
    step: str
    words: StrOrPromise
    is_blocking: bool = True


def faults_before_publishing(process: Process, now: dt.datetime) -> list[Fault]:
    """What is missing or wrong, in the order of the steps; nothing where all is ready."""
    return [
        *_of_texts(process),
        *_of_phases(process, now),
        *_of_area(process),
        *_of_drawing(process),
        *_of_rules(process),
        *(
            Fault(found.code, "law", found.words, found.is_blocking)
            for found in law.faults(process, now)
        ),
    ]


@transaction.atomic
def publish(*, process: Process, actor: "User", now: dt.datetime) -> Process:
    """Show a consultation to everybody; its area is fixed, and so is all but the ends of phases.

    Raises:
        ValidationError: one for each fault that blocks; `fixed`.
    """
    current = open_draft(process)
    before = facts_of(current)
    found = [one for one in faults_before_publishing(current, now) if one.is_blocking]
    if found:
        raise ValidationError([ValidationError(str(one.words), code=one.code) for one in found])
    if current.area is not None:
        current.area = freeze(area=current.area, now=now)
    current.state = Process.State.PUBLISHED
    current.published_at = now
    current.save(update_fields=["state", "published_at"])
    written(current, before=before, actor=actor, now=now)
    return current


@transaction.atomic
def withdraw(*, process: Process, why: str, actor: "User", now: dt.datetime) -> Process:
    """Take a published consultation back; the reason is told to everybody.

    Raises:
        ValidationError: `required`, `too_long` at `why`; `not_published`.
    """
    current = _published(process)
    reason = why.strip()
    if not reason:
        raise ValidationError({"why": _("Say why it is withdrawn.")}, code="required")
    if len(reason) > LONGEST_WHY:
        words = _("Shorten this to at most %(most)d characters.") % {"most": LONGEST_WHY}
        raise ValidationError({"why": words}, code="too_long")
    before = facts_of(current)
    current.state = Process.State.WITHDRAWN
    current.withdrawn_why = reason
    current.save(update_fields=["state", "withdrawn_why"])
    written(current, before=before, actor=actor, now=now)
    return current


@transaction.atomic
def prolong(
    *, process: Process, phase: Phase, ends_at: dt.datetime, actor: "User", now: dt.datetime
) -> Phase:
    """Let a phase that is not over end later; phases that begin at its end or after move as much.

    Raises:
        ValidationError: `over`, `shorter`, a code of `phases.faults_of`; `not_published`.
    """
    current = _published(process)
    phases = list(current.phases.select_for_update().order_by("starts_at", "pk"))
    row = next(one for one in phases if one.pk == phase.pk)
    if row.ends_at is None or row.ends_at <= now:
        words = _("This phase is over, or has no end. Only one with an end to come is prolonged.")
        raise ValidationError({"ends_at": words}, code="over")
    if ends_at <= row.ends_at:
        words = _("A phase can only be prolonged. Choose a later end.")
        raise ValidationError({"ends_at": words}, code="shorter")
    before = facts_of(current)
    ended_at, more = row.ends_at, ends_at - row.ends_at
    for other in phases:
        if other.pk != row.pk and other.starts_at >= ended_at and other.starts_at > now:
            other.starts_at += more
            other.ends_at = other.ends_at + more if other.ends_at else None
            other.save(update_fields=["starts_at", "ends_at"])
    row.ends_at = ends_at
    refuse_phases(faults_of(phases))
    row.save(update_fields=["ends_at"])
    written(current, before=before, actor=actor, now=now)
    return row


def _published(process: Process) -> Process:
    rows = Process.objects.select_related("municipality", "area", "department")
    current = rows.select_for_update(of=("self",)).get(pk=process.pk)
    if current.state != Process.State.PUBLISHED:
        raise ValidationError(
            _("Only a published consultation can be changed in this way."), code="not_published"
        )
    return current


def _of_texts(process: Process) -> Iterator[Fault]:
    first = process.municipality.languages[0]
    if not process.names.get(first):
        yield Fault("names", "texts", _("Write the title in the first language of the town."))
    if not process.texts.get(first):
        words = _("Write what it is about, in the first language of the town.")
        yield Fault("texts", "texts", words)


def _of_phases(process: Process, now: dt.datetime) -> Iterator[Fault]:
    phases = list(process.phases.order_by("starts_at", "pk"))
    for code in faults_of(phases):
        yield Fault(code, "phases", PHASE_FAULTS[code])
    if phases and all(one.ends_at is not None and one.ends_at <= now for one in phases):
        yield Fault("over", "phases", _("Every phase is over. Choose days to come."))
    for one in phases:
        if one.kind == PhaseKind.VOTE:
            yield from _of_vote(process, one, now)
            yield from _of_projects(process, phases)
        if one.kind == PhaseKind.SURVEY and not one.questions.exists():
            yield Fault("questions", "survey", _("Write the questions of the survey."))


def _of_vote(process: Process, phase: Phase, now: dt.datetime) -> Iterator[Fault]:
    try:
        BallotForm.of(phase.settings)
    except ValidationError as refused:
        yield Fault(str(refused.code), "phases", " ".join(refused.messages))
    if phase.starts_at <= now:
        words = _("The vote would have begun already. Let it begin later.")
        yield Fault("vote_begun", "phases", words)
    on = process.reference_on
    if on is None:
        yield Fault("reference", "who", _("Say the day on which homes count."))
    elif on > civil_day(phase.starts_at, process.municipality.timezone):
        words = _("Homes have to count as of a day before the vote begins. Choose an earlier day.")
        yield Fault("reference_late", "who", words)


def _of_projects(process: Process, phases: Sequence[Phase]) -> Iterator[Fault]:
    """Where nobody outside proposes any, the town has to put something on the ballot."""
    if any(one.kind == PhaseKind.PROPOSALS for one in phases):
        return
    if process.projects.on_ballots().count() < 2:
        words = _("Put at least two projects on the ballot before the vote begins.")
        yield Fault("projects", "projects", words, is_blocking=False)


def _of_area(process: Process) -> Iterator[Fault]:
    blueprint = blueprint_of(process.template)
    if process.area is None:
        asks = blueprint is not None and blueprint.needs_area
        if asks or any(rule_of(process, action).whose is Whose.AREA for action in RULED):
            words = _("Choose the area that it concerns, or let the whole town count.")
            yield Fault("area", "area", words)
    elif process.area.geometry is None:
        words = _("There is nothing in this area yet. Add a line to it first, or choose another.")
        yield Fault("area_empty", "area", words)


def _of_drawing(process: Process) -> Iterator[Fault]:
    first = process.municipality.languages[0]
    layers = list(process.layers.prefetch_related("parts").order_by("position", "pk"))
    blueprint = blueprint_of(process.template)
    if not layers and blueprint is not None and blueprint.needs_drawing:
        yield Fault("drawing", "drawing", _("Draw the project: at least one layer."))
    for layer in layers:
        if not layer.parts.all():
            words = _("The layer “%(code)s” is empty. Draw a part of it, or remove the layer.")
            yield Fault("layer_empty", "drawing", words % {"code": layer.code})
        if not layer.descriptions.get(first):
            words = _("Say in words what the layer “%(code)s” shows, for who cannot see the map.")
            yield Fault("layer_words", "drawing", words % {"code": layer.code})
    if sum(1 for one in layers if one.kind == ProjectLayer.Kind.ALTERNATIVE) == 1:
        words = _("There is only one alternative. Add another, or mark it as the same in all.")
        yield Fault("one_alternative", "drawing", words, is_blocking=False)


def _of_rules(process: Process) -> Iterator[Fault]:
    if is_unsure(process):
        words = _(
            "A vote that binds the town needs addresses confirmed by a code by post or at the "
            "desk. Ask for that, or name the decision of the council that allows less."
        )
        yield Fault("unsure", "who", words)
