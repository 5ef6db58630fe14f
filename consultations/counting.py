"""Which rule an election is counted by, and what came out, in words that a table can hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from consultations.city_rule import CityRule, Why, count_city
from consultations.elections import Election
from consultations.equal_shares import Shares, count_add1, count_shares
from consultations.pabulib import BadElectionError, exact

GREEDY, EQUAL_SHARES, ADD1 = "greedy", "equal-shares", "add1"
#: Rules of Pabulib files that say all that a count needs.
_GREEDY_RULES = ("greedy", "greedy-threshold", "greedy-no-skip")
_SHARES_RULES = {"equalshares": "", "equalshares/add1": ADD1}


@dataclass(frozen=True, slots=True)
class Rule:
    """How to count.

    Attributes:
        completion: `add1` where equal shares grow until the budget is used.
    """

    name: str
    city: CityRule = field(default_factory=CityRule)
    completion: str = ""


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
    if not name and said in _SHARES_RULES:
        return Rule(EQUAL_SHARES, completion=completion or _SHARES_RULES[said])
    if not name and said not in _GREEDY_RULES:
        raise BadElectionError(f"The file's rule is “{said}”: say by --rule how to count.")
    if name == EQUAL_SHARES:
        return Rule(EQUAL_SHARES, completion=completion)
    least = election.meta.get("min_project_score_threshold") or "1"
    threshold = exact(least, "min_project_score_threshold") * election.points_scale
    return Rule(GREEDY, CityRule(max(-(-threshold // 1), 1), stops=said == "greedy-no-skip"))


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
    if rule.completion == ADD1:
        return count_add1(election, order=order)
    return count_shares(election, order=order)
