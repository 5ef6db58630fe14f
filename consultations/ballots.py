"""The form of a ballot as the settings of a vote say it, and what fits it; no ORM, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: Below this a zone on a ballot could be as good as a name, whatever a town sets.
LEAST_K = 5
_Choice = TypeVar("_Choice", bound=models.TextChoices)
_LARGEST = Decimal("1e12")


class BallotKind(models.TextChoices):
    """How a voter says what should be paid for."""

    APPROVAL = "approval", gettext_lazy("crosses, up to a number")
    POINTS = "points", gettext_lazy("points to give away")
    KNAPSACK = "knapsack", gettext_lazy("projects up to the whole budget")


class CountRule(models.TextChoices):
    """How the winners are found."""

    GREEDY = "greedy", gettext_lazy("most votes until the money ends")
    EQUAL_SHARES = "equal-shares", gettext_lazy("equal shares")


class Currency(models.TextChoices):
    """In what the town counts; a choice between alternatives needs no money."""

    RON = "RON", "RON"
    EUR = "EUR", "EUR"
    NONE = "none", gettext_lazy("without money: a choice between alternatives")


class Refusal(StrEnum):
    """Why choices are no ballot."""

    EMPTY = "empty"
    UNKNOWN_PROJECT = "unknown_project"
    NOT_A_NUMBER = "not_a_number"
    TOO_MANY = "too_many"
    OVER_BUDGET = "over_budget"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True)
class OnBallot:
    """A project as a ballot shows it.

    Attributes:
        group: projects of one group exclude each other; empty where there is none.
    """

    code: str
    cost: Decimal
    group: str = ""


@dataclass(frozen=True, slots=True)
class BallotForm:
    """What a ballot looks like and how it will be counted.

    Attributes:
        most: crosses, or points in sum; 0 for a budget to fill, which has no other bound.
        completion: what equal shares do with money left: `add1`, or nothing.
        stops: whether the first project that does not fit ends the count; else it is skipped.
        threshold: votes below which no project wins.
        budget: money; without money so many alternatives win, each of which counts as one.
        by_zone: whether each zone decides on its share of the money.
        k: a zone is written on ballots only where it has so many.
    """

    kind: BallotKind
    most: int
    budget: Decimal
    currency: Currency
    rule: CountRule = CountRule.GREEDY
    completion: str = ""
    stops: bool = False
    threshold: int = 0
    by_zone: bool = False
    k: int = 10

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "BallotForm":
        """Read the settings of a vote.

        Raises:
            ValidationError: `ballot_kind`, `ballot_most`, `ballot_budget`, `ballot_currency`,
                `ballot_rule`, `ballot_completion`, `ballot_by_zone`, `ballot_switch`,
                `ballot_threshold`, `ballot_k`, `ballot_no_money`.
        """
        kind = _one_of(BallotKind, settings.get("ballot"), "ballot_kind")
        rule = _one_of(CountRule, settings.get("rule", CountRule.GREEDY), "ballot_rule")
        completion = settings.get("completion", "")
        if completion not in ("", "add1") or (completion and rule is CountRule.GREEDY):
            raise _wrong("ballot_completion")
        by_zone = _switch(settings.get("by_zone", False))
        if by_zone and rule is CountRule.GREEDY:
            raise _wrong("ballot_by_zone")
        least = 0 if kind is BallotKind.KNAPSACK else 1
        budget = _money(settings.get("budget"))
        currency = _one_of(Currency, settings.get("currency"), "ballot_currency")
        is_plain = kind is BallotKind.APPROVAL and rule is CountRule.GREEDY
        if currency is Currency.NONE and not (is_plain and budget == int(budget)):
            raise _wrong("ballot_no_money")
        return cls(
            kind=kind,
            most=_whole(settings.get("most", 0), "ballot_most", least),
            budget=budget,
            currency=currency,
            rule=rule,
            completion=completion,
            stops=_switch(settings.get("stops", False)),
            threshold=_whole(settings.get("threshold", 0), "ballot_threshold", 0),
            by_zone=by_zone,
            k=_whole(settings.get("k", 10), "ballot_k", LEAST_K),
        )

    @property
    def has_money(self) -> bool:
        """Whether projects cost something; else the most votes win and nothing is spent."""
        return self.currency is not Currency.NONE

    def check(self, choices: Mapping[str, int], projects: Iterable[OnBallot]) -> list[Refusal]:
        """What keeps choices (points by code, a cross is one) from being a ballot; else nothing."""
        known = {project.code: project for project in projects}
        if not choices:
            return [Refusal.EMPTY]
        if any(code not in known for code in choices):
            return [Refusal.UNKNOWN_PROJECT]
        most_for_one = self.most if self.kind is BallotKind.POINTS else 1
        if any(type(n) is not int or n < 1 for n in choices.values()):
            return [Refusal.NOT_A_NUMBER]
        found = []
        over = self.most and sum(choices.values()) > self.most
        if over or any(n > most_for_one for n in choices.values()):
            found.append(Refusal.TOO_MANY)
        chosen = [known[code] for code in choices]
        is_knapsack = self.kind is BallotKind.KNAPSACK
        if is_knapsack and sum(project.cost for project in chosen) > self.budget:
            found.append(Refusal.OVER_BUDGET)
        groups = [project.group for project in chosen if project.group]
        if len(groups) != len(set(groups)):
            found.append(Refusal.EXCLUSIVE)
        return found


_SENTENCES = {
    "ballot_kind": gettext_lazy("Choose the kind of ballot: crosses, points or a budget to fill."),
    "ballot_most": gettext_lazy("Say how many crosses or points a voter has: at least one."),
    "ballot_budget": gettext_lazy("Say the budget as an amount with at most two decimals."),
    "ballot_currency": gettext_lazy("Choose RON or EUR."),
    "ballot_no_money": gettext_lazy(
        "Without money choose crosses and most votes, and write in place of the budget how many "
        "alternatives win: a whole number."
    ),
    "ballot_rule": gettext_lazy("Choose how the winners are found: most votes or equal shares."),
    "ballot_completion": gettext_lazy(
        "Money that is left can be given out by “Add1” only where equal shares are counted."
    ),
    "ballot_by_zone": gettext_lazy(
        "Zones can have a share of the budget only where equal shares are counted."
    ),
    "ballot_switch": gettext_lazy("Answer with yes or no."),
    "ballot_threshold": gettext_lazy("The least number of votes is a whole number, or 0."),
    "ballot_k": gettext_lazy("A zone may be written on ballots only where it has at least five."),
}


def _wrong(code: str) -> ValidationError:
    return ValidationError(str(_SENTENCES[code]), code=code)


def _one_of(kind: type[_Choice], value: Any, code: str) -> _Choice:
    try:
        return kind(value)
    except ValueError:
        raise _wrong(code) from None


def _whole(value: Any, code: str, least: int) -> int:
    if type(value) is not int or not least <= value <= 10**6:
        raise _wrong(code)
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong("ballot_switch")
    return value


def _money(value: Any) -> Decimal:
    try:
        amount = Decimal(value) if isinstance(value, str | int | Decimal) else Decimal(0)
    except InvalidOperation:
        raise _wrong("ballot_budget") from None
    if not amount.is_finite() or not 0 < amount < _LARGEST or amount != round(amount, 2):
        raise _wrong("ballot_budget")
    return amount


def sentence(refusal: Refusal, form: BallotForm) -> str:
    """What a voter is told; a whole sentence that says what to do."""
    if refusal is Refusal.TOO_MANY and form.kind is BallotKind.POINTS:
        return _("You gave more than %(most)s points. Take some away.") % {"most": form.most}
    if refusal is Refusal.TOO_MANY:
        return _("You chose more than %(most)s projects. Take some away.") % {"most": form.most}
    return {
        Refusal.EMPTY: _("You chose nothing yet."),
        Refusal.UNKNOWN_PROJECT: _("One of these projects is not on the ballot. Choose again."),
        Refusal.NOT_A_NUMBER: _("Points are whole numbers from 1 on; leave the others empty."),
        Refusal.OVER_BUDGET: _("What you chose costs more than the budget. Take something away."),
        Refusal.EXCLUSIVE: _("Two of these projects exclude each other. Choose one of them."),
    }[refusal]
