"""The town looks at projects before the vote: who answers, can it be done, what does it cost."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from consultations.models import BudgetProject, Process, Roll
from consultations.phases import PhaseKind
from consultations.services.counting_votes import checked_reasons
from consultations.services.proposing import checked_cost, next_code
from consultations.services.speaking import check_place
from consultations.services.telling import KIND, process_path
from departments.models import Department
from notifications.paths import absolute
from outbox.services import enqueue_mail
from zones.names import in_language, validate_names

State = BudgetProject.State
REVIEWED = (State.PROPOSED, State.FEASIBLE, State.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the town says about a project.

    Attributes:
        state: `proposed` while nobody has decided.
        reasons: in the languages of the town; public, needed where it is refused.
        names: titles for the ballot, in the languages of the town.
    """

    state: str
    cost: Decimal
    names: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    department: Department | None = None


@transaction.atomic
def review_project(*, project: BudgetProject, review: Review, now: dt.datetime) -> BudgetProject:
    """Keep what the town found; the one who proposed it is told when it is decided.

    Raises:
        ValidationError: `frozen` once the vote is prepared, `not_released` while the words of a
            resident wait, `state`, `cost`, `required` for a refusal without a reason.
    """
    current = BudgetProject.objects.select_for_update(of=("self",)).get(pk=project.pk)
    process = current.process
    refuse_frozen(process, now)
    if review.state not in REVIEWED:
        raise ValidationError({"state": ValidationError(_("Choose one."), code="state")})
    said = current.contribution
    if review.state == State.FEASIBLE and said and said.submission.state != "released":
        raise ValidationError(
            _("The words of this proposal are not released yet. A moderator has to read them."),
            code="not_released",
        )
    has_reason = any(text.strip() for text in review.reasons.values())
    must_say = review.state == State.REFUSED or has_reason
    before = current.state
    current.reasons = checked_reasons(process, review.reasons) if must_say else {}
    current.state = review.state
    current.cost = checked_cost(review.cost)
    current.names = {**review.names} or current.names
    current.texts = dict(review.texts)
    current.group, current.department = review.group, review.department
    current.full_clean(validate_constraints=False, exclude=["contribution", "geometry"])
    current.save()
    if current.state != before and current.state != State.PROPOSED:
        _tell(current, now)
    return current


@transaction.atomic
def add_project(
    *, process: Process, review: Review, place: GEOSGeometry | None, now: dt.datetime
) -> BudgetProject:
    """A project of the town itself.

    Raises:
        ValidationError: `frozen`, `outside`, `cost`, and what `review_project` refuses.
    """
    refuse_frozen(process, now)
    validate_names(dict(review.names))
    check_place(process, place)
    project = BudgetProject.objects.create(
        process=process,
        code=next_code(process),
        names=dict(review.names),
        geometry=place,
        cost=checked_cost(review.cost),
    )
    return review_project(project=project, review=review, now=now)


def refuse_frozen(process: Process, now: dt.datetime) -> None:
    """Once a roll was made or a vote has begun, what stands on the ballot stays as it is.

    Raises:
        ValidationError: `frozen`.
    """
    has_begun = process.phases.filter(kind=PhaseKind.VOTE, starts_at__lte=now).exists()
    if has_begun or Roll.objects.filter(phase__process=process).exists():
        raise ValidationError(
            _("The vote is prepared: projects can no longer be changed."), code="frozen"
        )


def _tell(project: BudgetProject, now: dt.datetime) -> None:
    """A letter to the one who proposed it, in the own language."""
    author = project.contribution.author if project.contribution else None
    if author is None or not author.email or not author.is_active:
        return
    process = project.process
    town = process.municipality
    language = author.language or town.languages[0]
    with translation.override(language):
        name = in_language(project.names, town.languages)
        if project.state == State.REFUSED:
            first = _("The town hall looked at your project “%(name)s”. It cannot be done.")
        else:
            first = _("The town hall looked at your project “%(name)s”. It can be voted for.")
        subject = _("%(town)s: consultation “%(title)s”") % {
            "town": town.name,
            "title": process.name,
        }
        page = process_path(process, f"projects/{project.pk}/")
        reason = in_language(project.reasons, town.languages)
        parts = [first % {"name": name}, reason, absolute(town.sign_origin, page)]
    enqueue_mail(
        recipient=author.email,
        subject=" ".join(subject.split()),
        body="\n\n".join(part for part in parts if part) + "\n",
        kind=KIND,
        now=now,
        language=language,
        sender=town.mail_sender,
        queue=town.slug,
        key=f"project-{project.pk}-{project.state}-{now:%Y%m%d%H%M}",
    )
