"""Somebody takes own words back: what was said goes, what others said below it stays."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import BudgetProject, Contribution, LegalNotice, Process
from consultations.phases import PhaseKind, holds
from submissions.models import Submission
from submissions.services import erase


@transaction.atomic
def take_back(*, contribution: Contribution, author: User, now: dt.datetime) -> Contribution | None:
    """Erase the words, the place and the name of the speaker, before or after the release.

    What was public, answered, replied to or is counted by a legal notice leaves a line that says
    that its author took it back; of anything else nothing stays. Support goes with the words: it
    was for what nobody can read any more. Gives the line, or nothing.

    Raises:
        ValidationError: `own` for the words of somebody else, `twice` for words taken back before,
            `proposal` for a project that the town checks already.
    """
    one = (
        Contribution.objects.select_for_update(of=("self",))
        .select_related("submission", "process")
        .get(pk=contribution.pk)
    )
    if one.taken_back_at is not None:
        raise ValidationError(_("These words were taken back already."), code="twice")
    if one.author_id != author.pk:
        raise ValidationError(_("These are not your words."), code="own")
    _end_project(one, now)
    erase(one.submission)
    one.support.all().delete()
    if not _leaves_a_line(one):
        one.delete()
        return None
    one.author = one.zone = one.assurance = one.geometry = None
    one.organisation, one.place_words, one.taken_back_at = "", {}, now
    one.save()
    return one


def _leaves_a_line(one: Contribution) -> bool:
    """Whether somebody else's words, a decision or a legal register hold on to it."""
    return (
        one.submission.state == Submission.State.RELEASED
        or one.replies.exists()
        or hasattr(one, "answer")
        or LegalNotice.objects.filter(process=one.process_id).exists()
    )


def _end_project(one: Contribution, now: dt.datetime) -> None:
    """A proposal goes with its project, as long as nobody else works on it."""
    project = BudgetProject.objects.filter(contribution=one).first()
    if project is None:
        return
    if project.state != BudgetProject.State.PROPOSED or not _are_taken(one.process, now):
        raise ValidationError(
            _(
                "The town hall works on this project already. Write to it, please, if the project "
                "should go; your account can be erased at any time."
            ),
            code="proposal",
        )
    project.delete()


def _are_taken(process: Process, now: dt.datetime) -> bool:
    phases = process.phases.filter(kind=PhaseKind.PROPOSALS)
    return any(holds(phase, now) for phase in phases)
