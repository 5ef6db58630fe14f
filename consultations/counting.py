"""Which rule an election is counted by, and what came out, in words that a table can hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from consultations.city_rule import CityRule, Why, count_city
from consultations.elections import Election
from consultations.equal_shares import Bounds, Shares, by_zone, count_add1, count_shares
from consultations.pabulib import BadElectionError, exact, gettext_noop

GREEDY, EQUAL_SHARES, ADD1 = "greedy", "equal-shares", "add1"
#: Rules of Pabulib files that say all that a count needs.
_GREEDY_RULES = ("greedy", "greedy-threshold", "greedy-no-skip")
_SHARES_RULES = {"equalshares": "", "equalshares/add1": ADD1}
#: The column of projects of which only one can win.
GROUP_COLUMN = "exclusive_group"


@dataclass(frozen=True, slots=True)
class Rule:
    """How to count.

    Attributes:
        city: threshold and groups hold for every rule, `stops` for votes only.
        completion: `add1` where equal shares grow until the budget is used.
        zones: money that each zone's voters hold, by zone; empty where all hold the same.
    """

    name: str
    city: CityRule = field(default_factory=CityRule)
    completion: str = ""
    zones: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What a count gave.

    Attributes:
        winners: codes of projects, in the order in which they won.
        spent: money as the file counts it.
        said: codes that the file itself calls selected; nothing where it does not say.
    """

    rule: Rule
    winners: Sequence[str]
    votes: Sequence[int]
    scores: Sequence[Fraction]
    spent: Fraction
    budget: Fraction
    said: frozenset[str] | None


def rule_of(election: Election, name: str = "", completion: str = "") -> Rule:
    """The rule asked for, with what the file says about it; without one the file's own.

    Raises:
        BadElectionError: the file names a rule that is not fully told by its fields.
    """
    said = election.meta.get("rule", "")
    city = _city(election, stops=said == "greedy-no-skip")
    if not name and said in _SHARES_RULES:
        zones = zone_budgets(election)
        return Rule(EQUAL_SHARES, city, completion or _SHARES_RULES[said], zones)
    if not name and said not in _GREEDY_RULES:
        raise BadElectionError(
            gettext_noop("The file says the rule “%(rule)s”: say by --rule how to count."),
            rule=said[:40],
        )
    return Rule(name or GREEDY, city, completion)


def _city(election: Election, *, stops: bool) -> CityRule:
    least = election.meta.get("min_project_score_threshold") or "1"
    threshold = exact(least, "min_project_score_threshold") * election.points_scale
    groups: dict[str, set[int]] = {}
    for place, project in enumerate(election.projects):
        if group := project.columns.get(GROUP_COLUMN, ""):
            groups.setdefault(group, set()).add(place)
    several = [frozenset(group) for group in groups.values() if len(group) > 1]
    return CityRule(int(max(-(-threshold // 1), 1)), stops=stops, groups=several)


def zone_budgets(election: Election) -> dict[str, int]:
    """The money of each zone, as `zone_budgets` of the file says it: `north=1000,south=2000`.

    Raises:
        BadElectionError: it cannot be read, or a ballot is of a zone without money.
    """
    said = election.meta.get("zone_budgets", "")
    found: dict[str, int] = {}
    for pair in said.split(",") if said else []:
        zone, separator, money = pair.rpartition("=")
        if not separator:
            raise BadElectionError(
                gettext_noop("zone_budgets must be pairs such as north=1000,south=2000.")
            )
        amount = exact(money, "zone_budgets") * election.scale
        if amount.denominator != 1 or amount < 0:
            raise BadElectionError(
                gettext_noop("zone_budgets must not be finer than the budget and the costs.")
            )
        found[zone.strip()] = amount.numerator
    if found and any(ballot.zone not in found for ballot in election.ballots):
        raise BadElectionError(gettext_noop("zone_budgets leaves out a zone of the ballots."))
    if sum(found.values()) > election.budget:
        raise BadElectionError(gettext_noop("zone_budgets gives out more than the budget."))
    return found


def order_of(election: Election) -> list[int]:
    """The order for ties that the file tells as `tie_order`; empty where that of the file holds.

    Raises:
        BadElectionError: it does not name each project once.
    """
    said = election.meta.get("tie_order", "")
    if not said:
        return []
    places = {project.code: place for place, project in enumerate(election.projects)}
    named = [code.strip() for code in said.split(",")]
    if sorted(named) != sorted(places):
        raise BadElectionError(gettext_noop("tie_order must name each project of the file once."))
    return [places[code] for code in named]


def count(election: Election, rule: Rule, order: Sequence[int] = ()) -> Result:
    """Count by a rule.

    Args:
        order: places of projects as drawn by lot, for ties.

    Raises:
        ValueError: nobody voted.
    """
    places = _places(election, rule, order)
    marked = [project.columns.get("selected", "") for project in election.projects]
    return Result(
        rule=rule,
        winners=[election.projects[place].code for place in places],
        votes=election.votes(),
        scores=[Fraction(score, election.points_scale) for score in election.scores()],
        spent=Fraction(sum(election.projects[place].cost for place in places), election.scale),
        budget=Fraction(election.budget, election.scale),
        said=frozenset(
            project.code
            for project, mark in zip(election.projects, marked, strict=True)
            if mark == "1"
        )
        if all(marked)
        else None,
    )


def _places(election: Election, rule: Rule, order: Sequence[int]) -> list[int]:
    if rule.name == GREEDY:
        lines = count_city(election, rule.city, order)
        return [line.place for line in lines if line.why is Why.WON]
    return shares_by(election, rule, order).winners


def shares_by(election: Election, rule: Rule, order: Sequence[int] = ()) -> Shares:
    """Equal Shares, completed as the rule says."""
    scores = election.scores()
    least = rule.city.threshold
    barred = frozenset(place for place, score in enumerate(scores) if score < least)
    run = count_add1 if rule.completion == ADD1 else count_shares
    return run(
        election,
        by_zone(election, dict(rule.zones)) if rule.zones else (),
        zones=list(rule.zones),
        order=order,
        bounds=Bounds(barred, rule.city.groups),
    )
