"""The published file of a vote: the same rows give the same text, letter for letter.

Ballots stand in the order of what is on them, so that no order of their coming in is left. Where a
voter lives is told only where zones hold money of their own, because nobody could recount without
it, and then only of zones with enough ballots.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from consultations.ballots import BallotForm, BallotKind, CountRule
from consultations.counting import GROUP_COLUMN
from consultations.models import BudgetProject, Phase, RollEntry
from consultations.pabulib import write_election
from zones.days import civil_day
from zones.names import in_language

#: The column of the voters' zones; what is not told is empty.
ZONE_COLUMN = "neighborhood"
#: Zones get whole units of money: finer than costs and budget no count reckons.
_UNIT = Decimal(1)


@dataclass(frozen=True, slots=True)
class PbFile:
    """A file of Pabulib."""

    text: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of its UTF-8 bytes."""
        return hashlib.sha256(self.text.encode()).digest()


@dataclass(frozen=True, slots=True)
class _Vote:
    """A ballot as it is written."""

    choices: Mapping[str, int]
    zone: str


def pb_file(phase: Phase) -> PbFile:
    """The file of a vote whose ballots were closed; at most six queries.

    Raises:
        ValidationError: the settings of the vote cannot be read.
    """
    form = BallotForm.of(phase.settings)
    projects = list(on_ballot(phase))
    codes = [project.code for project in projects]
    votes = _votes(phase, form)
    shown = {vote.zone for vote in votes if vote.zone}
    meta = {**_about(phase, form, projects, votes), **_rule(form, codes)}
    if form.by_zone:
        # Without a roll nobody is known but those who voted.
        people = _people(phase) or Counter(vote.zone for vote in votes)
        meta["zone_budgets"] = _zone_budgets(people, form, shown)
    rows = [_vote_row(number, one, codes, form) for number, one in enumerate(votes, 1)]
    if not shown:
        for row in rows:
            del row[ZONE_COLUMN]
    return PbFile(write_election(meta, [_project_row(one, phase) for one in projects], rows))


def on_ballot(phase: Phase) -> Sequence[BudgetProject]:
    """What could be voted for, in the drawn order; also after some have won."""
    rows = BudgetProject.objects.filter(
        process_id=phase.process_id,
        drawn__isnull=False,
        state__in=(
            BudgetProject.State.FEASIBLE,
            BudgetProject.State.WON,
            BudgetProject.State.LOST,
        ),
    )
    return list(rows.order_by("drawn", "pk"))


def shown_zones(counts: Mapping[str, int], k: int) -> set[str]:
    """The zones that may be told; "" counts the ballots without one.

    Zones below k are hidden. If that leaves fewer than k ballots, or those of one zone only,
    without a name, they could be recognised: then the smallest of the others is hidden too.
    """
    shown = {zone for zone, number in counts.items() if zone and number >= k}
    hidden = {zone for zone in counts if zone not in shown}
    while shown and hidden:
        nameless = sum(counts[zone] for zone in hidden)
        if nameless >= k and (len(hidden) > 1 or "" in hidden):
            break
        least = min(shown, key=lambda zone: (counts[zone], zone))
        shown.discard(least)
        hidden.add(least)
    return shown


def _votes(phase: Phase, form: BallotForm) -> list[_Vote]:
    rows = list(phase.ballots.values_list("choices", "zone__code"))
    shown: set[str] = set()
    if form.by_zone:
        # A zone where people could vote and nobody did must not stand alone among the hidden.
        counts = Counter(dict.fromkeys(_people(phase), 0))
        counts.update(zone or "" for _choices, zone in rows)
        shown = shown_zones(counts, form.k)
    votes = [_Vote(choices, zone if zone in shown else "") for choices, zone in rows]
    return sorted(votes, key=lambda one: (sorted(one.choices.items()), one.zone))


def _people(phase: Phase) -> Counter[str]:
    """How many could vote in each zone; one query."""
    entries = RollEntry.objects.filter(roll__phase=phase).counted()
    return Counter(code or "" for code in entries.values_list("zone__code", flat=True))


def _about(
    phase: Phase, form: BallotForm, projects: Sequence[BudgetProject], votes: Sequence[_Vote]
) -> dict[str, object]:
    town, process = phase.process.municipality, phase.process
    begins = civil_day(phase.starts_at, town.timezone)
    ends = civil_day(phase.ends_at or phase.starts_at, town.timezone)
    language = town.languages[0]
    return {
        "description": in_language(process.names, town.languages, language),
        "country": town.country,
        "unit": in_language(town.names, town.languages, language),
        "instance": f"{begins.year}-{process.number}",
        "num_projects": len(projects),
        "num_votes": len(votes),
        "budget": plain_money(form.budget),
        **({"currency": form.currency.value} if form.has_money else {}),
        "vote_type": "cumulative" if form.kind is BallotKind.POINTS else "approval",
        "date_begin": f"{begins:%d.%m.%Y}",
        "date_end": f"{ends:%d.%m.%Y}",
        "language": language,
    }


def _rule(form: BallotForm, codes: Sequence[str]) -> dict[str, object]:
    """What a count needs to know, in the words of Pabulib and in our own two."""
    rule: dict[str, object] = {}
    if form.kind is BallotKind.POINTS:
        rule |= {"max_sum_points": form.most}
    elif form.most:
        rule |= {"max_length": form.most}
    if form.rule is CountRule.EQUAL_SHARES:
        name = "equalshares/add1" if form.completion else "equalshares"
    elif form.stops:
        name = "greedy-no-skip"
    else:
        name = "greedy-threshold" if form.threshold > 1 else "greedy"
    rule["rule"] = name
    if form.threshold > 1:
        rule["min_project_score_threshold"] = form.threshold
    return {**rule, "tie_order": ",".join(codes), "zone_least": form.k}


def _zone_budgets(people: Mapping[str, int], form: BallotForm, shown: set[str]) -> str:
    """The money of each zone by those who could vote; all zones that are not told hold theirs
    together. What the division leaves goes to the largest."""
    groups: Counter[str] = Counter(dict.fromkeys([*sorted(shown), ""], 0))
    for code, number in people.items():
        groups[code if code in shown else ""] += number
    everybody = sum(groups.values()) or 1
    money = {
        zone: (form.budget * number / everybody).quantize(_UNIT, "ROUND_DOWN")
        for zone, number in groups.items()
    }
    largest = max(money, key=lambda zone: (money[zone], zone))
    money[largest] += form.budget - sum(money.values())
    return ",".join(f"{zone}={plain_money(amount)}" for zone, amount in sorted(money.items()))


def _project_row(project: BudgetProject, phase: Phase) -> dict[str, object]:
    town = phase.process.municipality
    point = project.geometry.point_on_surface if project.geometry else None
    return {
        "project_id": project.code,
        "cost": plain_money(project.cost),
        "name": in_language(project.names, town.languages, town.languages[0]),
        GROUP_COLUMN: project.group,
        "longitude": f"{point.x:.5f}" if point else "",
        "latitude": f"{point.y:.5f}" if point else "",
    }


def _vote_row(
    number: int, vote: _Vote, codes: Sequence[str], form: BallotForm
) -> dict[str, object]:
    chosen = [code for code in codes if vote.choices.get(code, 0) > 0]
    row: dict[str, object] = {"voter_id": number, "vote": ",".join(chosen)}
    if form.kind is BallotKind.POINTS:
        row["points"] = ",".join(str(vote.choices[code]) for code in chosen)
    return {**row, ZONE_COLUMN: vote.zone}


def plain_money(amount: Decimal) -> str:
    """An amount as programs read it, without zeros that say nothing."""
    return f"{amount:.2f}".removesuffix(".00")
