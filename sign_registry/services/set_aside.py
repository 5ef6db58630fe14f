"""Takes votes out of the count by a stated rule, in the open, and puts them back."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.access import ROLES_WITH, Right
from departments.models import Membership, Works
from sign_registry import bursts, fold, pulses
from sign_registry.models import RatingTally, SetAsideCase, Site
from zones.days import civil_day
from zones.services.history import Subject, record_change

BURST = "burst"
LIMIT = "limit"
DECISION = "votes_set_aside"
"""What the town's history calls a decision about a case; the case itself keeps only the last."""
HISTORY_DAYS = 28
# An hour is judged when its last votes are surely counted.
_SETTLED = dt.timedelta(minutes=2)
_SCORES = range(bursts.SCORES)


def note_limit(found: Iterable[fold.SetAside]) -> None:
    """Write down votes that came in set aside, more than a few in an hour from one network."""
    for one in found:
        case = SetAsideCase.objects.filter(
            site=one.site,
            line=one.line,
            day=one.day,
            day_part=one.day_part,
            rule=LIMIT,
            state=SetAsideCase.State.SET_ASIDE,
        ).first()
        if case is None:
            SetAsideCase.objects.create(
                site_id=one.site,
                line_id=one.line,
                day=one.day,
                day_part=one.day_part,
                rule=LIMIT,
                moved=one.votes,
                values={"votes": sum(one.votes)},
            )
            continue
        case.moved = _sum(case.moved, one.votes)
        case.values = {"votes": sum(case.moved)}
        case.save(update_fields=["moved", "values"])


def judge_hours(*, now: dt.datetime) -> int:
    """Look at every hour that is over, once; says how many bursts were set aside."""
    memory = pulses.memory()
    over = list(pulses.hours(memory))
    sites = Site.objects.select_related("municipality", "parent").in_bulk({s for _, s, _ in over})
    cases = 0
    for name, number, hour in over:
        site = sites.get(number)
        if site is None:
            memory.delete(name)
            continue
        wall = now.astimezone(ZoneInfo(site.municipality.timezone)).replace(tzinfo=None)
        if wall < hour + dt.timedelta(hours=1) + _SETTLED:
            continue
        cases += judge_hour(site=site, hour=hour, counts=pulses.scores(memory, name))
        memory.delete(name)
    return cases


@transaction.atomic
def judge_hour(*, site: Site, hour: dt.datetime, counts: pulses.Hour) -> int:
    """Set the counted votes of one hour aside if the rule says so; says how many cases it made.

    The rule looks at all votes of the hour, also at those that were over a connection's limit.

    Args:
        hour: begin of the hour by the town's wall clock.
    """
    pressed = _sum(counts.counted, counts.over)
    if sum(pressed) < bursts.FEWEST:
        return 0
    fold.hold_tallies()
    day, part = hour.date(), hour.hour // bursts.HOURS_A_PART
    finding = bursts.judge(pressed, history_of(site, day, part))
    if not finding.is_burst or _has_event(site, day):
        return 0
    left, made = counts.counted[finding.score - 1], 0
    tallies = RatingTally.objects.filter(
        site=site, grain=RatingTally.Grain.DAY_PART, day=day, day_part=part
    )
    for tally in tallies.order_by("line").select_for_update():
        taken = min(left, tally.counted[finding.score - 1])
        if not taken:
            continue
        moved = [taken if place == finding.score - 1 else 0 for place in _SCORES]
        _shift(tally, moved, out=True)
        left -= taken
        made += 1
        SetAsideCase.objects.create(
            site=site,
            line_id=tally.line_id,
            day=day,
            day_part=part,
            rule=BURST,
            moved=moved,
            values={
                "votes": finding.votes,
                "expected": round(finding.expected, 3),
                "count_p": float(f"{finding.count_p:.2g}"),
                "scores_p": float(f"{finding.scores_p:.2g}"),
                "share": round(finding.share, 3),
            },
        )
    return made


def history_of(site: Site, day: dt.date, part: int) -> bursts.History:
    """The four weeks before a day: votes of that part of each day, and scores of all parts."""
    first = day - dt.timedelta(days=HISTORY_DAYS)
    past = RatingTally.objects.between(first, day).filter(grain=RatingTally.Grain.DAY_PART)
    own = list(past.filter(site=site).values_list("day", "day_part", "counted", "set_aside"))
    begun = min((row[0] for row in own), default=day)
    counts = dict.fromkeys((begun + dt.timedelta(days=n) for n in range((day - begun).days)), 0)
    for row_day, row_part, counted, _aside in own:
        if row_part == part:
            counts[row_day] += sum(counted)
    usual = past.in_municipality(site.municipality).values_list("counted", flat=True)
    return bursts.History(
        part_counts=list(counts.values()),
        scores=_sum(*(row[2] for row in own)),
        usual_scores=_sum(*usual.iterator(chunk_size=2000)),
    )


def _has_event(site: Site, day: dt.date) -> bool:
    """Whether the town entered an event there for that day: its crowd is welcome."""
    geometry = site.geometry or (site.parent.geometry if site.parent else None)
    if geometry is None:
        return False
    events = Works.objects.in_municipality(site.municipality).filter(kind=Works.Kind.EVENT)
    return events.under_way(day).touching(geometry).exists()


@transaction.atomic
def restore_votes(
    *, case: SetAsideCase, actor: Membership, now: dt.datetime, reason: str
) -> SetAsideCase:
    """Count the votes of a case again.

    Raises:
        PermissionDenied: not for this town, or without the right.
        ValidationError: `reason_missing`, `already_decided`, `votes_missing`.
    """
    return _decide(case, SetAsideCase.State.RESTORED, actor, now, reason)


@transaction.atomic
def set_votes_aside_again(
    *, case: SetAsideCase, actor: Membership, now: dt.datetime, reason: str
) -> SetAsideCase:
    """Take the votes of a restored case out of the count once more.

    Raises:
        PermissionDenied: not for this town, or without the right.
        ValidationError: `reason_missing`, `already_decided`, `votes_missing`.
    """
    return _decide(case, SetAsideCase.State.SET_ASIDE, actor, now, reason)


def _decide(
    case: SetAsideCase, state: SetAsideCase.State, actor: Membership, now: dt.datetime, reason: str
) -> SetAsideCase:
    fold.hold_tallies()
    current = SetAsideCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    town = current.site.municipality
    if actor.municipality_id != town.pk or actor.role not in ROLES_WITH[Right.PUBLISH]:
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(
            _("Say in a few words why; the reason stays on record."), code="reason_missing"
        )
    if current.state == state:
        raise ValidationError(
            _("Somebody has decided so already. Load the page again to see how it stands."),
            code="already_decided",
        )
    _shift(_tally_of(current), current.moved, out=state == SetAsideCase.State.SET_ASIDE)
    before = _told(current)
    current.state = state
    current.decided_by = actor
    current.decided_on = civil_day(now, town.timezone)
    current.reason = reason.strip()
    current.full_clean(validate_unique=False, validate_constraints=False)
    current.save(update_fields=["state", "decided_by", "decided_on", "reason"])
    record_change(
        municipality=town,
        subject=Subject(DECISION, str(current.pk), current.site.name),
        before=before,
        after=_told(current),
        actor=actor.user,
        now=now,
    )
    return current


def _told(case: SetAsideCase) -> dict[str, Any]:
    """What the history keeps of a case; its scores are nobody's to read there."""
    return {"state": case.state, "reason": case.reason, "votes": sum(case.moved)}


def _tally_of(case: SetAsideCase) -> RatingTally:
    """The row that holds the votes of a case now: its day part, or the week or month it became."""
    monday = case.day - dt.timedelta(days=case.day.weekday())
    month = (monday + dt.timedelta(days=3)).replace(day=1)
    places = (
        (RatingTally.Grain.DAY_PART, case.day, case.day_part),
        (RatingTally.Grain.WEEK, monday, None),
        (RatingTally.Grain.MONTH, month, None),
    )
    rows = RatingTally.objects.filter(site=case.site_id, line=case.line_id).select_for_update()
    for grain, day, part in places:
        found = rows.filter(grain=grain, day=day, day_part=part).first()
        if found:
            return found
    raise _votes_missing()


def _shift(tally: RatingTally, moved: Sequence[int], *, out: bool) -> None:
    """Move votes out of the count of a row, or back into it; never more than there are."""
    sign = -1 if out else 1
    tally.counted = [old + sign * votes for old, votes in zip(tally.counted, moved, strict=True)]
    tally.set_aside = [
        old - sign * votes for old, votes in zip(tally.set_aside, moved, strict=True)
    ]
    if min(*tally.counted, *tally.set_aside) < 0:
        raise _votes_missing()
    tally.save(update_fields=["counted", "set_aside"])


def _votes_missing() -> ValidationError:
    return ValidationError(
        _("These votes are no longer there to be moved; nothing was changed."),
        code="votes_missing",
    )


def _sum(*rows: Sequence[int]) -> list[int]:
    return [sum(row[place] for row in rows) for place in _SCORES]
