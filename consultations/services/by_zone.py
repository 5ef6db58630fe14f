"""What came out of a vote by zone: zones in groups that are large enough, cells that expose nobody.

Groups are made of the roll (its lines and marks) and of the ballots that name a zone; all that is
shown of choices, the weighted shares included, is reckoned from the protected table, so that no
figure says more than the table. Costs: six queries, one for the shapes; who touches whom is one
search tree over tens of shapes, O(n log n); then `suppression`.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import shapely
from django.db.models import Count, Q

from consultations.ballots import BallotForm
from consultations.models import BudgetProject, CountRun, Phase, Process, RollEntry
from consultations.pabulib import read_election
from consultations.phases import Action, opening
from consultations.suppression import (
    NOWHERE,
    Group,
    Protected,
    Size,
    least_told,
    merge,
    protect,
    unprotected,
)
from geo.crs import project
from zones.models import Municipality, Zone, ZoneShape

#: Zones with a street or a river between them are neighbours.
_NEAR_M = 60.0

#: The zone of a ballot, if it names one, and the projects it chooses.
Cast = tuple[int | None, frozenset[str]]
#: Zones of a group; the row of ballots that name no zone has none.
Zones = tuple[int, ...]
UNTOLD: Zones = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A project in the whole town.

    Attributes:
        votes: ballots that name it.
        raw: the share of all ballots.
        weighted: the share if each group had as many ballots as it has residents on the roll;
            groups of which nothing is told count as one.
    """

    project: BudgetProject
    votes: int
    raw: float
    weighted: float


@dataclass(frozen=True, slots=True)
class ByZone:
    """A vote by zone as it may be published.

    Attributes:
        groups: from the roll; of one that is not shown nothing may be said.
        took_part: by zones of a group how many; a few whose ballots name no zone may be left out.
        ballots: by row of the table how many ballots it has.
        table: rows are the zones of groups, `UNTOLD` among them; columns are codes of projects.
        is_told_by_file: whether the published ballots name their zones, which tells every cell.
    """

    groups: Sequence[Group]
    took_part: Mapping[Zones, int | None]
    zones: Mapping[int, Zone]
    ballots: Mapping[Zones, int]
    table: Protected[Zones, str]
    choices: Sequence[Choice]
    is_told_by_file: bool
    k: int


def vote_by_zone(count: CountRun) -> ByZone | None:
    """A counted vote; nothing where no roll was made or the vote was never closed."""
    phase = count.phase
    roll = getattr(phase, "roll", None)
    if roll is None or roll.closed_at is None:
        return None
    form = BallotForm.of(phase.settings)
    k = form.k
    told = _told_by_file(count) if form.by_zone else []
    ballots = told or [
        (zone, frozenset(code for code, points in choices.items() if points > 0))
        for zone, choices in phase.ballots.values_list("zone_id", "choices")
    ]
    sizes = roll_sizes(roll.pk)
    groups = merge(sizes, neighbours(sizes), k)
    counts, numbers = _counted(ballots, groups, k)
    projects = _on_ballot(phase)
    grid = {row: {one.code: counts[row][one.code] for one in projects} for row in numbers}
    table = unprotected(grid) if told else protect(grid, ceilings=numbers, k=k)
    return ByZone(
        groups=groups,
        took_part=least_told(
            {one.zones: one.ballots for one in groups if one.ballots is not None}, numbers, k
        ),
        zones=Zone.objects.in_bulk([zone for zone in sizes if zone != NOWHERE]),
        ballots=numbers,
        table=table,
        choices=[_choice(one, grid, numbers, table, groups) for one in projects],
        is_told_by_file=bool(told),
        k=k,
    )


def _told_by_file(count: CountRun) -> list[Cast]:
    """The ballots as the published file has them, where zones hold the money and are named in it.

    Then everybody can count them by zone, so that to leave cells out would only look safe; what
    the file does not tell is not told here either.
    """
    election = read_election(count.text)
    if not any(one.zone for one in election.ballots):
        return []
    town = count.phase.process.municipality
    zones = dict(Zone.objects.in_municipality(town).areas().values_list("code", "pk"))
    codes = [one.code for one in election.projects]
    return [
        (zones.get(one.zone), frozenset(codes[place] for place, n in one.points.items() if n > 0))
        for one in election.ballots
        for _number in range(one.number)
    ]


def roll_sizes(roll: int) -> dict[int, Size]:
    """Marks and lines of a roll by zone."""
    entries = RollEntry.objects.filter(roll_id=roll).counted().order_by().values("zone_id")
    marked = Count("pk", filter=~Q(channel=""))
    return {
        row["zone_id"] or NOWHERE: Size(row["marks"], row["lines"])
        for row in entries.annotate(lines=Count("pk"), marks=marked)
    }


def neighbours(zones: Collection[int]) -> dict[int, set[int]]:
    """Which zones lie beside each other today, by their shapes; zones without one have none."""
    rows = ZoneShape.objects.filter(zone_id__in=zones).current().order_by("zone_id")
    found = list(rows.select_related("zone__kind__municipality"))
    if not found:
        return {}
    metric = found[0].zone.kind.municipality.metric_srid
    drawn = shapely.from_wkb([bytes(row.geometry.wkb) for row in found])
    shapes = project(drawn, metric)
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_NEAR_M)
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs.T.tolist():
        if one != other:
            near[found[one].zone_id].add(found[other].zone_id)
    return dict(near)


def _on_ballot(phase: Phase) -> list[BudgetProject]:
    states = (BudgetProject.State.FEASIBLE, BudgetProject.State.WON, BudgetProject.State.LOST)
    rows = BudgetProject.objects.filter(process_id=phase.process_id, state__in=states)
    return list(rows.order_by("drawn", "pk"))


def _counted(
    ballots: Sequence[Cast], groups: Sequence[Group], k: int
) -> tuple[dict[Zones, Counter[str]], dict[Zones, int]]:
    """Votes by project and ballots of each row; rows with too few ballots are not told apart."""
    row_of = {zone: group.zones for group in groups if group.is_shown for zone in group.zones}
    numbers = Counter(row_of.get(zone, UNTOLD) if zone else UNTOLD for zone, _codes in ballots)
    kept = {row for row, number in numbers.items() if row != UNTOLD and number >= k}
    while kept and 0 < len(ballots) - sum(numbers[row] for row in kept) < k:
        kept.remove(min(kept, key=lambda row: (numbers[row], row)))
    counts: dict[Zones, Counter[str]] = defaultdict(Counter)
    final: Counter[Zones] = Counter()
    for zone, codes in ballots:
        row = row_of.get(zone, UNTOLD) if zone else UNTOLD
        row = row if row in kept else UNTOLD
        final[row] += 1
        counts[row].update(codes)
    return counts, dict(final)


def _choice(
    one: BudgetProject,
    grid: Mapping[Zones, Mapping[str, int]],
    ballots: Mapping[Zones, int],
    table: Protected[Zones, str],
    groups: Sequence[Group],
) -> Choice:
    votes = sum(line[one.code] for line in grid.values())
    number = sum(ballots.values())
    raw = votes / number if number else 0.0
    residents = {group.zones: group.residents or 0 for group in groups}
    everybody = sum(residents.values())
    shown = {
        row: count
        for row in ballots
        if row != UNTOLD and (count := table.cells[row, one.code]) is not None
    }
    # What is not shown is one group of its own: its figures are those that are left of the sums.
    rest_ballots = number - sum(ballots[row] for row in shown)
    rest_residents = everybody - sum(residents[row] for row in shown)
    if not everybody or (rest_residents and not rest_ballots):
        return Choice(one, votes, raw, raw)
    weighted = sum(residents[row] * count / ballots[row] for row, count in shown.items())
    if rest_ballots:
        weighted += rest_residents * (votes - sum(shown.values())) / rest_ballots
    return Choice(one, votes, raw, weighted / everybody)


def told_by_zone(municipality: Municipality, now: dt.datetime) -> list[Process]:
    """Consultations whose votes everybody may read by zone now, the newest first. Two queries."""
    counted = CountRun.objects.filter(
        phase__ends_at__lte=now, phase__roll__closed_at__isnull=False
    ).values("phase__process")
    found = Process.objects.in_municipality(municipality).published().filter(pk__in=counted)
    return [
        one
        for one in found.prefetch_related("phases")
        if opening(Action.SEE_RESULT, list(one.phases.all()), now).is_open
    ]
