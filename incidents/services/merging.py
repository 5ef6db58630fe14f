"""Reports of the same thing: merging under a leader, taking apart again, splitting in two."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.access import Right
from incidents.models import Category, Incident
from incidents.services.recording import Actor, lock_in_order, record
from incidents.services.reporting import NewReport, NewReporter, submit_report
from incidents.services.standing import require
from incidents.workflow import ENDED, Kind


@dataclass(frozen=True, slots=True)
class Part:
    """What is split off; the place is that of the whole where none is given."""

    category: Category | None
    words: str
    geometry: Any = None


@transaction.atomic
def merge(*, incident: Incident, leader: Incident, actor: Actor, now: dt.datetime) -> None:
    """Make a report part of another: the other's terms count, and its answer goes to both.

    Raises:
        PermissionDenied: the actor may not work on both.
        ValidationError: `other_town`, `same_report`, `leads`, `follows`, `ended`, `cannot_follow`.
    """
    locked = {one.pk: one for one in lock_in_order([incident, leader])}
    mine, other = locked[incident.pk], locked[leader.pk]
    _refuse_merge(mine, other)
    require(actor, mine, Right.HANDLE, now)
    require(actor, other, Right.HANDLE, now)
    record(
        incident=incident,
        kind=Kind.MERGED,
        data={"leader": other.pk, "leader_uid": str(other.uid)},
        actor=actor,
        now=now,
    )


def _refuse_merge(incident: Incident, leader: Incident) -> None:
    if incident.pk == leader.pk:
        raise ValidationError(_("Choose another report than this one."), code="same_report")
    if incident.municipality_id != leader.municipality_id:
        raise ValidationError(_("This report belongs to another town."), code="other_town")
    if leader.leader_id is not None:
        raise ValidationError(
            _("That report is part of another one itself. Choose the one it belongs to."),
            code="follows",
        )
    if leader.status in ENDED:
        raise ValidationError(
            _("That report is closed. Open it again first, or choose another."), code="ended"
        )
    if incident.followed_by.exists():
        raise ValidationError(
            _("Other reports are part of this one. Merge it the other way round."), code="leads"
        )


@transaction.atomic
def unmerge(*, incident: Incident, actor: Actor, now: dt.datetime) -> None:
    """Take a report out of its leader again; its own terms run on as if nothing had been.

    Raises:
        PermissionDenied, ValidationError: `cannot_follow`.
    """
    require(actor, incident, Right.HANDLE, now)
    former = incident.leader
    record(
        incident=incident,
        kind=Kind.UNMERGED,
        data={"leader": former.pk if former else None},
        actor=actor,
        now=now,
    )


@transaction.atomic
def split(*, incident: Incident, part: Part, actor: Actor, now: dt.datetime) -> Incident:
    """Make a second report of a part; it goes its own way by the rules, with the same reporter.

    Raises:
        PermissionDenied, ValidationError: `no_text`, `other_town`, `not_offered`, `cannot_follow`.
    """
    require(actor, incident, Right.HANDLE, now)
    category = part.category or incident.category
    if not part.words.strip():
        raise ValidationError(_("Write what the second report is about."), code="no_text")
    if part.category and part.category.municipality_id != incident.municipality_id:
        raise ValidationError(_("This category belongs to another town."), code="other_town")
    if part.category and (not part.category.is_active or part.category.parent_id is None):
        raise ValidationError(_("Choose a category that is in use."), code="not_offered")
    told = incident.reporter
    made = submit_report(
        municipality=incident.municipality,
        report=NewReport(
            category=category,
            geometry=part.geometry or incident.geometry,
            words=part.words,
            source=incident.source,
            accuracy_m=incident.accuracy_m,
            site=incident.site,
            reporter=NewReporter(
                user=told.user,
                name=told.name,
                email=told.email,
                phone=told.phone,
                address=told.address,
                language=told.language,
            ),
            register_number=incident.register_number,
            registered_on=incident.registered_on,
            parent=incident,
        ),
        actor=actor,
        now=now,
    )
    record(
        incident=incident,
        kind=Kind.SPLIT,
        data={"part": made.pk, "part_uid": str(made.uid)},
        actor=actor,
        now=now,
    )
    return made
