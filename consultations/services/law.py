"""The legal notice of a consultation: its days, what stands against them, who went against that."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from consultations.legal_notice import Days, Flaw, Given, flaws, moved, reckon
from consultations.models import Contribution, LegalNotice, Process
from consultations.notice_words import STATEMENT, fault_words
from consultations.phases import OPENS, Action, PhaseKind
from consultations.regimes import NONE, Edition, Regime, regimes, regimes_of
from consultations.words import LONGEST_TEXT
from departments.access import Right, may_for_department
from departments.legal_days import LegalCalendar
from departments.services.calendars import calendar_of
from zones.days import civil_day
from zones.services.history import Subject, record_change

_SPEAKING = frozenset({Action.COMMENT, Action.ANSWER, Action.PROPOSE})
#: Changing one of these changes what a head once went against.
_DATES = ("regime", "announced_on", "proposals_until", "goes_on", "decides_on", "is_shortened")
#: What was announced cannot have been announced otherwise.
_FIXED = ("regime", "announced_on", "is_shortened")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that the law asks for and the plan does not give; what blocks stops publishing."""

    code: str
    is_blocking: bool
    words: StrOrPromise


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """What a planner enters; `regime` is the code of a file in `consultations/regimes`."""

    regime: str
    announced_on: dt.date | None = None
    proposals_until: dt.date | None = None
    goes_on: dt.date | None = None
    decides_on: dt.date | None = None
    is_shortened: bool = False
    shortened_why: Mapping[str, str] = field(default_factory=dict)
    responsible: str = ""
    send_to: str = ""
    debate_asked_on: dt.date | None = None
    debate_asked_by: str = ""
    debate_on: dt.date | None = None


def notice_of(process: Process) -> LegalNotice | None:
    """The notice, where somebody has said which law holds."""
    return LegalNotice.objects.filter(process=process).first()


def regime_of(notice: LegalNotice) -> Regime:
    """The law of a notice."""
    return regimes()[notice.regime]


def edition_of(notice: LegalNotice, today: dt.date) -> Edition | None:
    """The law as it stood on the day of the announcement, as it stands today until there is one."""
    return regime_of(notice).on(notice.announced_on or today)


def given_of(notice: LegalNotice) -> Given:
    """What the town plans, as the rules read it."""
    return Given(
        announced_on=notice.announced_on,
        proposals_until=notice.proposals_until,
        goes_on=notice.goes_on,
        decides_on=notice.decides_on,
        is_shortened=notice.is_shortened,
        has_reasons=bool(notice.shortened_why),
    )


def kept_days(notice: LegalNotice) -> Days:
    """The days as they were reckoned when the notice was saved, whatever calendars say now."""
    return Days.of(notice.reckoned.get("days", {}))


@transaction.atomic
def set_notice(*, process: Process, plan: NoticePlan, actor: User, now: dt.datetime) -> LegalNotice:
    """Choose the law and the days; they are reckoned once and kept with what they were counted by.

    What a head went against before is void as soon as a day changes.

    Raises:
        ValidationError: `unknown_regime`, `published` where the announced days would change,
            `shorter` where a published term for proposals would, `unknown_year`, `too_long`.
    """
    locked = Process.objects.select_for_update().get(pk=process.pk)
    notice = notice_of(locked) or LegalNotice(process=locked)
    before = _values(notice) if notice.pk else None
    plan = plan if plan.regime != NONE else NoticePlan(NONE)
    _check_plan(locked, notice, plan)
    has_moved = before is not None and any(
        getattr(notice, name) != getattr(plan, name) for name in _DATES
    )
    for name, value in asdict(plan).items():
        setattr(notice, name, value)
    if has_moved:
        notice.overridden_by, notice.overridden_at, notice.overridden_why = None, None, {}
    if before is None or locked.state == Process.State.DRAFT:
        notice.reckoned = _reckoned(locked, notice, now)
    elif has_moved and notice.reckoned:
        days = moved(kept_days(notice), given_of(notice))
        kept = {key: value for key, value in notice.reckoned.items() if key != "overridden"}
        notice.reckoned = {**kept, "days": days.as_json()}
    notice.full_clean(exclude=["process"])
    notice.save()
    _record(notice, before, actor, now)
    return notice


@transaction.atomic
def override(
    *, notice: LegalNotice, why: Mapping[str, str], actor: User, now: dt.datetime
) -> LegalNotice:
    """A head goes against what blocks, with a reason that everybody reads.

    Raises:
        PermissionDenied: who does not sign for the whole town or for the department.
        ValidationError: `nothing` where nothing blocks, `required` without a reason, `too_long`.
    """
    process = Process.objects.select_for_update().get(pk=notice.process_id)
    town = process.municipality
    today = civil_day(now, town.timezone)
    if not may_for_department(actor, town, Right.SIGN, process.department, today):
        raise PermissionDenied
    current = LegalNotice.objects.get(pk=notice.pk)
    held = sorted({one.code for one in faults(process, now) if one.is_blocking})
    if not held:
        raise ValidationError(_("Nothing blocks this consultation."), code="nothing")
    before = _values(current)
    current.overridden_by, current.overridden_at = actor, now
    current.overridden_why = reasons_of(why, town.languages, "why")
    against = {*current.reckoned.get("overridden", ()), *held}
    current.reckoned = {**current.reckoned, "overridden": sorted(against)}
    current.save()
    _record(current, before, actor, now)
    return current


def faults(process: Process, now: dt.datetime) -> list[Fault]:
    """What the chosen law says against this consultation, what blocks first.

    At most six queries. Whoever publishes refuses where one of them `is_blocking`.
    """
    notice = notice_of(process)
    if notice is None:
        return [_fault(Flaw("no_regime", is_blocking=False))]
    today = civil_day(now, process.municipality.timezone)
    edition = edition_of(notice, today)
    if edition is None:
        return [_fault(Flaw("no_edition", False, {"day": notice.announced_on or today}))]
    if not edition.is_law:
        return []
    against = set(notice.reckoned.get("overridden", ())) if notice.overridden_at else set()
    found = [
        *flaws(kept_days(notice), given_of(notice)),
        *_told(process, notice, edition, today),
        *_channels(process, notice, edition, today),
        *_afterwards(process, notice, edition, today),
    ]
    kept = [replace(one, is_blocking=one.is_blocking and one.code not in against) for one in found]
    return sorted((_fault(one) for one in kept), key=lambda one: not one.is_blocking)


def unanswered(process: Process) -> QuerySet[Contribution]:
    """What was said and released and has no answer; replies to others need none."""
    rows = Contribution.objects.filter(process=process, submission__state="released").spoken()
    return rows.filter(parent=None, answer=None).select_related("submission").order_by("pk")


def reasons_of(
    texts: Mapping[str, str], languages: Iterable[str], field_name: str
) -> dict[str, str]:
    """Reasons that are published, without the empty ones; the town's first language must be there.

    Raises:
        ValidationError: `required`, `too_long`.
    """
    kept = {code: text.replace("\x00", "").strip() for code, text in texts.items()}
    kept = {code: text for code, text in kept.items() if text}
    first = next(iter(languages))
    if first not in kept:
        refused = ValidationError(_("Write the reason; everybody will read it."), code="required")
        raise ValidationError({f"{field_name}_{first}": refused})
    if any(len(text) > LONGEST_TEXT for text in kept.values()):
        raise ValidationError(_("Say it shorter, please."), code="too_long")
    return kept


def _fault(flaw: Flaw) -> Fault:
    return Fault(flaw.code, flaw.is_blocking, fault_words(flaw.code, flaw.figures))


def _told(process: Process, notice: LegalNotice, edition: Edition, today: dt.date) -> list[Flaw]:
    """What the notice must say, and whether people can speak as long as it says."""
    found = []
    if not notice.responsible or not notice.send_to:
        found.append(Flaw("no_responsible", edition.is_confirmed("responsible")))
    until = kept_days(notice).proposals_until
    ends = [
        civil_day(one.ends_at - dt.timedelta(microseconds=1), process.municipality.timezone)
        for one in process.phases.all()
        if one.ends_at is not None and OPENS[PhaseKind(one.kind)] & _SPEAKING
    ]
    if until and ends and max(ends) < until and today <= until:
        found.append(Flaw("closes_early", False, {"day": max(ends), "until": until}))
    debate = edition.figures.get("debate")
    if debate and notice.debate_asked_on and notice.debate_on is None:
        least = notice.debate_asked_on + dt.timedelta(days=debate.count)
        figures = {"day": notice.debate_asked_on, "least": least}
        found.append(Flaw("debate_due", debate.is_confirmed and today > least, figures))
    return found


def _channels(
    process: Process, notice: LegalNotice, edition: Edition, today: dt.date
) -> list[Flaw]:
    """Whether the notice was given on every channel by the day from which the terms count."""
    if notice.announced_on is None:
        return []
    proven: dict[str, dt.date] = {}
    for proof in notice.proofs.order_by("published_on"):
        proven.setdefault(proof.channel, proof.published_on)
    found = []
    shown_on = _shown_on(process, today)
    if proven.get("site", shown_on) > notice.announced_on:
        figures = {"day": notice.announced_on, "least": min(proven.get("site", shown_on), shown_on)}
        found.append(Flaw("backdated", edition.is_confirmed("site"), figures))
    for channel in (one for one in edition.channels if one.code != "site"):
        day = proven.get(channel.code)
        if day is None and notice.announced_on <= today:
            found.append(Flaw("no_proof", False, {"channel": channel.code}))
        elif day and day > notice.announced_on:
            late = {"channel": channel.code, "day": day}
            found.append(Flaw("late_channel", channel.is_confirmed, late))
    return found


def _afterwards(
    process: Process, notice: LegalNotice, edition: Edition, today: dt.date
) -> list[Flaw]:
    """When the term for proposals is over: the answers, and what is published of them."""
    until = kept_days(notice).proposals_until
    if process.state != Process.State.PUBLISHED or until is None or today <= until:
        return []
    found = []
    if "statement" in edition.duties and not notice.proofs.filter(channel=STATEMENT).exists():
        found.append(Flaw("no_statement", is_blocking=False))
    if "answers" in edition.duties:
        count = unanswered(process).count()
        if count:
            found.append(Flaw("unanswered", False, {"count": count}))
    return found


def _shown_on(process: Process, today: dt.date) -> dt.date:
    """The civil day on which everybody could read it here; today for what is not published yet."""
    if process.published_at is None:
        return today
    return civil_day(process.published_at, process.municipality.timezone)


def _check_plan(process: Process, notice: LegalNotice, plan: NoticePlan) -> None:
    offered = {one.code for one in regimes_of(process.municipality.country)}
    if plan.regime not in offered:
        sentence = _("Choose one of the laws that are offered.")
        raise ValidationError({"regime": ValidationError(sentence, code="unknown_regime")})
    if plan.is_shortened and plan.shortened_why:
        reasons_of(plan.shortened_why, process.municipality.languages, "shortened_why")
    if process.state == Process.State.DRAFT or notice.pk is None:
        return
    for name in _FIXED:
        if getattr(notice, name) != getattr(plan, name):
            sentence = _("This was announced and stays as it is.")
            raise ValidationError({name: ValidationError(sentence, code="published")})
    until = kept_days(notice).proposals_until
    if until and plan.proposals_until and plan.proposals_until < until:
        sentence = _("Proposals can be sent until the day that was announced, or longer.")
        raise ValidationError({"proposals_until": ValidationError(sentence, code="shorter")})


def _reckoned(process: Process, notice: LegalNotice, now: dt.datetime) -> dict[str, Any]:
    today = civil_day(now, process.municipality.timezone)
    edition = edition_of(notice, today)
    if edition is None or notice.regime == NONE:
        return {}
    calendar: LegalCalendar = calendar_of(process.municipality, process.department)
    days = reckon(edition, calendar, given_of(notice))
    return {
        "days": days.as_json(),
        "edition": edition.valid_from.isoformat(),
        "reckoned_at": now.isoformat(),
    }


def _values(notice: LegalNotice) -> dict[str, Any]:
    dated = {name: getattr(notice, name) for name in (*_DATES, "debate_asked_on", "debate_on")}
    plain = {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in dated.items()
    }
    texts = ("shortened_why", "responsible", "send_to", "debate_asked_by", "overridden_why")
    return {**plain, **{name: getattr(notice, name) for name in texts}}


def _record(
    notice: LegalNotice, before: Mapping[str, Any] | None, actor: User, now: dt.datetime
) -> None:
    process = notice.process
    record_change(
        municipality=process.municipality,
        subject=Subject("legal_notice", str(process.number), process.name),
        before=before,
        after=_values(notice),
        actor=actor,
        now=now,
        origin="consultations",
    )
