"""The answer on its way: written, approved by the head, signed, sent; or given back with a remark.

How many hands it goes through is data (incidents/answer_paths.toml), by the category's regime.
"""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.access import Right
from incidents.answer_paths import step_after
from incidents.models import AnswerDraft, Incident
from incidents.services.recording import Actor, lock_in_order, record
from incidents.services.standing import require, require_authority
from incidents.workflow import SORTED, Kind, Outcome

Step = AnswerDraft.Step
LONGEST = 8000


@dataclass(frozen=True, slots=True)
class AnswerText:
    """What the writer typed and chose."""

    text: str
    language: str
    outcome: str
    legal_basis: str = ""


def open_draft(incident: Incident) -> AnswerDraft | None:
    """The answer that is on its way, if any."""
    return incident.answers.exclude(step=Step.SENT).first()


@transaction.atomic
def write(*, incident: Incident, answer: AnswerText, actor: Actor, now: dt.datetime) -> AnswerDraft:
    """Begin an answer or change the one that is being written.

    Raises:
        PermissionDenied, ValidationError: `no_text`, `too_long`, `no_outcome`, `not_a_draft`,
            `cannot_follow`.
    """
    require(actor, incident, Right.HANDLE, now)
    _refuse_text(answer)
    lock_in_order([incident])
    draft = open_draft(incident) or AnswerDraft(incident=incident)
    if draft.step != Step.DRAFT:
        raise ValidationError(
            _("The answer is on its way and cannot be changed. Ask for it to be given back."),
            code="not_a_draft",
        )
    draft.text, draft.language = answer.text.strip(), answer.language
    draft.outcome, draft.legal_basis = answer.outcome, answer.legal_basis.strip()
    draft.written_by, draft.written_at = actor.user, now
    draft.save()
    record(
        incident=incident,
        kind=Kind.DRAFTED,
        data={"draft": draft.pk, "outcome": draft.outcome},
        actor=actor,
        now=now,
        secrets={"answer": draft.text},
    )
    return draft


@transaction.atomic
def pass_on(*, draft: AnswerDraft, actor: Actor, now: dt.datetime) -> AnswerDraft:
    """Approve an answer at the step where it lies; after the last step it is sent.

    Raises:
        PermissionDenied: this step is not the actor's.
        ValidationError: `not_open`, `sent`.
    """
    lock_in_order([draft.incident])
    draft = AnswerDraft.objects.select_related("incident__category").get(pk=draft.pk)
    incident = draft.incident
    _refuse_step(draft)
    require_step(draft, actor, now)
    if draft.step == Step.HEAD:
        draft.approved_by = actor.user
    elif draft.step == Step.AUTHORITY:
        draft.signed_by = actor.user
    regime = incident.category.regime if incident.category else ""
    draft.step = step_after(regime, draft.step)
    draft.remark = ""
    if draft.step == Step.SENT:
        return _send(draft, actor, now)
    draft.save()
    record(
        incident=incident,
        kind=Kind.PASSED_ON,
        data={"step": str(draft.step), "draft": draft.pk},
        actor=actor,
        now=now,
    )
    return draft


@transaction.atomic
def give_back(*, draft: AnswerDraft, remark: str, actor: Actor, now: dt.datetime) -> AnswerDraft:
    """Return an answer to its writer, with what has to be better.

    Raises:
        PermissionDenied: this step is not the actor's.
        ValidationError: `no_reason`, `is_draft`, `not_open`, `sent`.
    """
    remark = " ".join(remark.split())[:600]
    if not remark:
        raise ValidationError(_("Write what has to be changed."), code="no_reason")
    lock_in_order([draft.incident])
    draft = AnswerDraft.objects.select_related("incident__category").get(pk=draft.pk)
    _refuse_step(draft)
    if draft.step == Step.DRAFT:
        raise ValidationError(_("The answer is still being written."), code="is_draft")
    require_step(draft, actor, now)
    draft.step, draft.remark = Step.DRAFT, remark
    draft.approved_by = draft.signed_by = None
    draft.save()
    record(
        incident=draft.incident,
        kind=Kind.RETURNED,
        data={"draft": draft.pk},
        actor=actor,
        now=now,
        secrets={"remark": remark},
    )
    return draft


def require_step(draft: AnswerDraft, actor: Actor, now: dt.datetime) -> None:
    """Refuse an actor whose hands the answer is not in.

    Raises:
        PermissionDenied: this step is somebody else's.
    """
    match draft.step:
        case Step.DRAFT:
            require(actor, draft.incident, Right.HANDLE, now)
        case Step.HEAD:
            require(actor, draft.incident, Right.SIGN, now)
        case Step.AUTHORITY:
            require_authority(actor, draft.incident, now)
        case Step.RELATIONS:
            require(actor, draft.incident, Right.TAKE_IN, now)
        case _:
            raise PermissionDenied


def may_move(draft: AnswerDraft, actor: Actor, now: dt.datetime) -> bool:
    """Whether the answer lies in the hands of this person."""
    try:
        require_step(draft, actor, now)
    except PermissionDenied:
        return False
    return True


def _send(draft: AnswerDraft, actor: Actor, now: dt.datetime) -> AnswerDraft:
    draft.sent_at = now
    draft.save()
    record(
        incident=draft.incident,
        kind=Kind.ANSWERED,
        data={"outcome": draft.outcome, "draft": draft.pk},
        actor=actor,
        now=now,
        secrets={"answer": draft.text},
    )
    return draft


def _refuse_step(draft: AnswerDraft) -> None:
    if draft.step == Step.SENT:
        raise ValidationError(_("The answer was sent already."), code="sent")
    if draft.incident.status not in SORTED:
        raise ValidationError(
            _("The report is closed. Open it again before you answer."), code="not_open"
        )


def _refuse_text(answer: AnswerText) -> None:
    if not answer.text.strip():
        raise ValidationError(_("Write the answer first."), code="no_text")
    if len(answer.text) > LONGEST:
        raise ValidationError(
            _("Write at most %(most)d characters."), code="too_long", params={"most": LONGEST}
        )
    if answer.outcome not in Outcome.values:
        raise ValidationError(_("Choose how it ended."), code="no_outcome")
