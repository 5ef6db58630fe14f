"""Interruptions of a service: they take in the reports inside their area and answer all at once.

An interruption is a row of works, so that residents see it wherever works are shown; which kinds
of reports belong to it is said here. Its text is what everybody reads, before typing and after.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from departments.access import Right
from departments.last_days import day_before
from departments.models import Works
from geo.metres import within_metres
from incidents.models import AnswerDraft, Category, Incident, OutageScope
from incidents.querysets import AROUND_M, IncidentQuerySet, OutageScopeQuerySet
from incidents.reach import hats
from incidents.services.recording import SYSTEM, Actor, lock_in_order, record
from incidents.services.standing import is_wide
from incidents.workflow import SORTED, Kind, Outcome
from notifications.models import Announcement
from notifications.services import announcements
from notifications.services.aiming import Aim, aimed
from notifications.services.wording import AnnouncementText
from notifications.topics import Topic
from zones.days import civil_day
from zones.models import Address, Municipality
from zones.names import in_language
from zones.services.history import Subject, record_change

LONGEST_ANSWER = 4000
_AREA = 2
"""The dimensions of what has an area of its own."""


@dataclass(frozen=True, slots=True)
class KnownOutage:
    """An interruption that goes on where somebody is about to report, in the reader's language."""

    works: int
    title: str
    text: str
    until: dt.date | None
    department: str


def known_outages(
    *,
    municipality: Municipality,
    point: Point,
    category: Category | None,
    now: dt.datetime,
) -> list[KnownOutage]:
    """What is known to be off at a point (EPSG:4326), of one kind or of all. One query."""
    scopes = _going_on(municipality, now).filter(works__is_public=True).meeting(point)
    if category is not None:
        scopes = scopes.about(category)
    return [
        KnownOutage(
            works=scope.works_id,
            title=scope.works.name,
            text=in_language(scope.works.texts),
            until=day_before(scope.works.ends_on),
            department=scope.works.owner.name,
        )
        for scope in scopes
    ]


@transaction.atomic
def set_scope(
    *, works: Works, categories: Iterable[Category], actor: User, now: dt.datetime
) -> OutageScope:
    """Say which kinds of reports belong to an interruption; none ends it for reports.

    Raises:
        ValidationError: `no_outage` for other works, `elsewhere` for kinds of another town.
    """
    chosen = sorted(categories, key=lambda one: one.pk)
    if works.kind != Works.Kind.OUTAGE:
        sentence = _("Only an interruption of a service answers for reports.")
        raise ValidationError(sentence, "no_outage")
    if any(one.municipality_id != works.municipality_id for one in chosen):
        raise ValidationError(_("Choose one of this town."), "elsewhere")
    scope, _is_new = OutageScope.objects.get_or_create(
        works=works, defaults={"made_at": now, "made_by": actor}
    )
    before = sorted(scope.categories.values_list("code", flat=True))
    scope.categories.set(chosen)
    record_change(
        municipality=works.municipality,
        subject=Subject("outage", str(works.pk), works.name),
        before={"categories": before},
        after={"categories": sorted(one.code for one in chosen)},
        actor=actor,
        now=now,
    )
    return scope


def inside(scope: OutageScope) -> IncidentQuerySet:
    """Open reports that belong to an interruption and were not taken in yet."""
    kinds = list(scope.categories.values_list("pk", flat=True))
    rows = Incident.objects.in_municipality(scope.works.municipality).filter(works=None)
    rows = rows.filter(_meets("geometry", scope.works))
    return rows.of_kinds(kinds).worked_on()


def taken_in(scope: OutageScope) -> IncidentQuerySet:
    """Reports that belong to an interruption and are still open."""
    town = scope.works.municipality
    return Incident.objects.in_municipality(town).filter(works=scope.works).worked_on()


@transaction.atomic
def absorb(*, scope: OutageScope, actor: Actor, now: dt.datetime) -> int:
    """Take in every open report inside; how many these were."""
    taken = 0
    for incident in lock_in_order(inside(scope).only("pk")):
        if incident.works_id is None and incident.status in SORTED:
            _absorb_one(incident, scope.works, actor, now)
            taken += 1
    return taken


def absorb_new(incident: Incident, now: dt.datetime) -> None:
    """Take a report in that just came, where an interruption is known that it is about."""
    if incident.status not in SORTED or incident.geometry is None or incident.category is None:
        return
    scope = (
        _going_on(incident.municipality, now)
        .meeting(incident.geometry)
        .about(incident.category)
        .first()
    )
    if scope is not None:
        _absorb_one(incident, scope.works, SYSTEM, now)


@transaction.atomic
def answer_all(
    *, scope: OutageScope, text: str, outcome: str, actor: Actor, now: dt.datetime
) -> int:
    """Answer every open report of an interruption with one text; how many were answered.

    Raises:
        ValidationError: `no_text`, `too_long`, `no_outcome`, `nobody`; `needs_signature` where the
            law asks for the signature of the authority and the actor does not sign for it.
    """
    text = text.strip()
    if not text:
        raise ValidationError({"text": ValidationError(_("Write the answer first."), "no_text")})
    if len(text) > LONGEST_ANSWER:
        sentence = _("Write at most %(most)d characters.") % {"most": LONGEST_ANSWER}
        raise ValidationError({"text": ValidationError(sentence, "too_long")})
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": ValidationError(_("Choose how it ended."), "no_outcome")})
    open_ones = lock_in_order(taken_in(scope).only("pk"))
    if not open_ones:
        raise ValidationError(_("No open report belongs to it."), "nobody")
    _refuse_petitions(open_ones, actor, now)
    for incident in open_ones:
        _answer_one(incident, text, outcome, actor, now)
    return len(open_ones)


@transaction.atomic
def prepare_notice(*, scope: OutageScope, actor: User, now: dt.datetime) -> Announcement:
    """Draft a notice for exactly the entrances inside; somebody who may send notices sends it.

    Raises:
        ValidationError: what drafting refuses, such as an interruption without a text.
    """
    works = scope.works
    town = works.municipality
    known = Announcement.objects.in_municipality(town).filter(works=works).order_by("-pk").first()
    if known is not None:
        return known
    target = aimed(
        municipality=town,
        aim=_aim(works),
        name=in_language(works.names, town.languages),
        actor=actor,
        now=now,
        announcement=None,
    )
    return announcements.write(
        municipality=town,
        values=AnnouncementText(
            titles=works.names,
            texts=works.texts,
            topic=Topic.WATER,
            urgency=Announcement.Urgency.SOON,
            target=target,
            has_own_target=True,
            works=works,
        ),
        actor=actor,
        now=now,
    )


def entrances(works: Works) -> int:
    """How many entrances of the register lie inside."""
    register = Address.objects.in_municipality(works.municipality)
    return register.filter(_meets("location", works)).count()


def _going_on(municipality: Municipality, now: dt.datetime) -> OutageScopeQuerySet:
    today = civil_day(now, municipality.timezone)
    scopes = OutageScope.objects.in_municipality(municipality).under_way(today)
    return scopes.select_related("works__owner")


def _absorb_one(incident: Incident, works: Works, actor: Actor, now: dt.datetime) -> None:
    record(incident=incident, kind=Kind.ABSORBED, data={"works": works.pk}, actor=actor, now=now)


def _answer_one(
    incident: Incident, text: str, outcome: str, actor: Actor, now: dt.datetime
) -> None:
    """The one text becomes the answer of the report; a draft that was begun is replaced."""
    draft = incident.answers.exclude(step=AnswerDraft.Step.SENT).first() or AnswerDraft(
        incident=incident
    )
    draft.text, draft.outcome, draft.step = text, outcome, AnswerDraft.Step.SENT
    draft.language = incident.municipality.languages[0]
    draft.written_by, draft.written_at, draft.sent_at = actor.user, now, now
    draft.save()
    record(
        incident=incident,
        kind=Kind.ANSWERED,
        data={"outcome": outcome, "draft": draft.pk, "works": incident.works_id},
        actor=actor,
        now=now,
        secrets={"answer": text},
    )


def _refuse_petitions(incidents: list[Incident], actor: Actor, now: dt.datetime) -> None:
    """One press does not go round the signature that the law asks for."""
    under_law = Incident.objects.filter(pk__in=[one.pk for one in incidents])
    number = under_law.exclude(category__regime="").count()
    if not number or actor.role == "system":
        return
    town = incidents[0].municipality
    held = hats(actor.user, town, Right.SIGN, now) if actor.user else []
    if not any(is_wide(hat) for hat in held):
        sentence = ngettext(
            "%(number)d of these reports is a petition by law: whoever signs for the town hall "
            "must send this answer.",
            "%(number)d of these reports are petitions by law: whoever signs for the town hall "
            "must send this answer.",
            number,
        )
        raise ValidationError(sentence % {"number": number}, "needs_signature")


def _meets(field: str, works: Works) -> Q:
    """Condition: the geometry in `field` shares a point with what the interruption is about."""
    if works.geometry.dims == _AREA:
        return Q(**{f"{field}__intersects": works.geometry})
    return within_metres(field, works.geometry, AROUND_M)


def _aim(works: Works) -> Aim:
    """The area itself; around a line or a point what lies beside it."""
    if works.geometry.dims == _AREA:
        return Aim(drawn=works.geometry)
    return Aim(around=works.geometry, metres=AROUND_M)
