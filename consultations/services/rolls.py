"""Makes the roll of a vote: who counts as of the reference date, judged once and all together."""

import datetime as dt
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.ballots import BallotForm
from consultations.eligibility import Home, Rule, judge
from consultations.models import BudgetProject, Phase, Process, Roll, RollEntry, RollLook
from consultations.phases import Action, PhaseKind
from consultations.services import intake
from consultations.services.alternatives import put_on_ballot
from consultations.services.homes import reference_of, rule_of
from consultations.services.zone_limits import place_projects
from residents.models import Residence, Resident, ResidentZone
from zones.days import civil_day
from zones.models import Zone

_BATCH = 2000
MOST_FOUND = 20


@transaction.atomic
def make_roll(*, phase: Phase, now: dt.datetime, anew: bool = False) -> Roll:
    """Judge every resident of the town, draw the order of the projects, open the box.

    A second call gives the roll there is: it stays as it was made, whatever people do afterwards.

    Args:
        anew: make it once more, with addresses that were put right; only before the vote begins.

    Raises:
        ValidationError: `no_vote`, `not_published`, `reference_ahead`, `roll_stays`,
            `binding_assurance`, `no_projects`, or what is wrong with the form of the ballot.
    """
    process = Process.objects.select_for_update().get(pk=phase.process_id)
    known = Roll.objects.filter(phase=phase).first()
    if known is not None and not anew:
        return known
    if known is not None and phase.starts_at <= now:
        raise ValidationError(
            _("The vote has begun: its roll stays as it is published."), code="roll_stays"
        )
    rule = _checked(process, phase, now)
    process.reference_on = reference_of(process, now)
    process.save(update_fields=["reference_on"])
    lines = list(_lines(process, process.reference_on, rule))
    # The row stays where it is made anew: who looked at the roll before stands on it.
    roll = known or Roll(phase=phase)
    roll.made_at, roll.salt = now, secrets.token_bytes(32)
    roll.digest = digest_of(lines, roll.salt)
    roll.save()
    RollEntry.objects.filter(roll=roll).delete()
    for line in lines:
        line.roll = roll
    RollEntry.objects.bulk_create(lines, batch_size=_BATCH)
    place_projects(process, rule, process.reference_on)
    _draw_order(process)
    intake.open_box(phase.pk)
    return roll


def digest_of(lines: Iterable[RollEntry], salt: bytes) -> bytes:
    """SHA-256 over the salt and the sorted lines, without who voted."""
    written = sorted(
        f"{one.resident_id};{one.why};{one.zone_id or ''};"
        f"{','.join(map(str, one.zone_ids))};{one.others};{one.assurance or ''}\n"
        for one in lines
    )
    return hashlib.sha256(salt + "".join(written).encode()).digest()


def _checked(process: Process, phase: Phase, now: dt.datetime) -> Rule:
    if phase.kind != PhaseKind.VOTE:
        raise ValidationError(_("Only a vote has a roll."), code="no_vote")
    if process.state != Process.State.PUBLISHED:
        raise ValidationError(_("Publish the consultation first."), code="not_published")
    form = BallotForm.of(phase.settings)
    today = civil_day(now, process.municipality.timezone)
    if process.reference_on is not None and process.reference_on > today:
        raise ValidationError(
            _("The day on which homes count has not come yet."), code="reference_ahead"
        )
    if not form.has_money:
        put_on_ballot(process)
    if not BudgetProject.objects.filter(process=process).on_ballots().exists():
        raise ValidationError(
            _("No project can be voted for. Finish the review of the proposals first."),
            code="no_projects",
        )
    rule = rule_of(process, Action.VOTE)
    is_sure = rule.assurance >= Residence.Assurance.POST or process.council_decision
    if process.is_binding and not is_sure:
        raise ValidationError(
            _(
                "A vote that binds the town needs addresses confirmed by post or at the desk, or "
                "a decision of the council that says otherwise."
            ),
            code="binding_assurance",
        )
    return rule


def _lines(process: Process, on: dt.date, rule: Rule) -> Iterable[RollEntry]:
    """One line for each resident; the same answers as `homes.verdict_for` gives one by one."""
    residents = Resident.objects.in_municipality(process.municipality).finished()
    homes = dict(_homes(process, on))
    preference = preference_of(process)
    for number in residents.order_by("pk").values_list("pk", flat=True):
        home = homes.get(number)
        verdict = judge(rule, home)
        own = sorted(verdict.zones)
        yield RollEntry(
            resident_id=number,
            why=verdict.why,
            zone_id=zone_of(own, preference),
            zone_ids=own,
            others=verdict.others,
            assurance=home.assurance if home else None,
        )


def _homes(process: Process, on: dt.date) -> Iterable[tuple[int, Home]]:
    """Homes on the day by resident; three queries, whatever the size of the town."""
    rows = Residence.objects.in_municipality(process.municipality).in_force(on)
    rows = rows.filter(resident__finished_at__isnull=False)
    area = process.area.geometry if process.area is not None else None
    inside = set(rows.covered_by(area).values_list("pk", flat=True)) if area else set()
    zones: dict[int, set[int]] = defaultdict(set)
    held = ResidentZone.objects.open().filter(residence__in=rows)
    for residence, zone in held.values_list("residence_id", "zone_id"):
        zones[residence].add(zone)
    fields = ("pk", "resident_id", "assurance", "resident__birth_year")
    for number, resident, assurance, year in rows.order_by("valid_from", "pk").values_list(*fields):
        yield (
            resident,
            Home(
                assurance=assurance,
                zones=frozenset(zones[number]),
                is_in_area=area is None or number in inside,
                age=None if year is None else on.year - year - 1,
            ),
        )


def zone_of(own: Iterable[int], preference: Mapping[int, tuple[bool, int]]) -> int | None:
    """The zone that stands on a line and on its ballot."""
    known = [one for one in own if one in preference]
    return min(known, key=lambda one: (preference[one], one), default=None)


def preference_of(process: Process) -> dict[int, tuple[bool, int]]:
    """Zones that may stand on a ballot, neighbourhoods before other kinds, never streets."""
    zones = Zone.objects.in_municipality(process.municipality).areas()
    rows = zones.values_list("pk", "kind__code", "kind_id")
    return {number: (code != "neighbourhood", kind) for number, code, kind in rows}


def _draw_order(process: Process) -> None:
    """Draw by lot in which order projects stand on the ballot, which also breaks ties."""
    projects = list(BudgetProject.objects.filter(process=process).on_ballots())
    secrets.SystemRandom().shuffle(projects)
    for place, project in enumerate(projects, start=1):
        project.drawn = place
    BudgetProject.objects.bulk_update(projects, ["drawn"])


def note_look(*, roll: Roll, asked: str, actor: User, now: dt.datetime) -> None:
    """Write down that somebody looked, and at what; never what they saw."""
    RollLook.objects.create(roll=roll, user=actor, looked_at=now, asked=asked[:200])


def look_up(
    *, roll: Roll, name: str, actor: User, now: dt.datetime, tells_marks: bool
) -> list[dict[str, Any]]:
    """Lines of people whose name holds the words; the look is written down with the words.

    Args:
        tells_marks: whether it is told who voted: never while the vote runs.
    """
    note_look(roll=roll, asked=f"name: {name}", actor=actor, now=now)
    rows = RollEntry.objects.filter(roll=roll, resident__user__full_name__icontains=name)
    rows = rows.select_related("resident__user", "zone").order_by("resident__user__full_name", "pk")
    return [
        {
            "name": one.resident.user.full_name,
            "zone": one.zone.name if one.zone else "",
            "why": one.why,
            "voted": bool(one.channel) if tells_marks else None,
        }
        for one in rows[:MOST_FOUND]
    ]
