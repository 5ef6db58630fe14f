"""A ballot as its page shows it: projects in the drawn order, money in words, what was chosen."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from consultations.ballots import BallotForm, BallotKind
from consultations.models import BudgetProject
from consultations.zone_choice import Reach
from zones.names import in_language

MOST_DIGITS = 6


def money_words(amount: Decimal, currency: StrOrPromise) -> str:
    """An amount as a reader of the language writes it."""
    decimals = 0 if amount == amount.to_integral_value() else 2
    return f"{number_format(amount, decimals, force_grouping=True)}\u00a0{currency}"


def rule_words(form: BallotForm) -> str:
    """What a voter may do, in one sentence."""
    if form.kind is BallotKind.POINTS:
        return _("You have %(most)s points. Give them to one project or share them out.") % {
            "most": form.most
        }
    if not form.has_money:
        return _alternative_words(form.most)
    if form.kind is BallotKind.APPROVAL:
        return _("Choose up to %(most)s projects.") % {"most": form.most}
    budget = money_words(form.budget, form.currency.label)
    return _("Choose projects that together cost at most %(budget)s.") % {"budget": budget}


def _alternative_words(most: int) -> str:
    told = ngettext(
        "Choose one of these alternatives.",
        "Choose up to %(most)s of these alternatives.",
        most,
    )
    return told % {"most": most}


def budget_words(form: BallotForm) -> str:
    """How much there is to spend, and in which order projects stand, in a sentence or two."""
    if not form.has_money:
        return _("The order was drawn by lot.")
    told = _("The budget is %(budget)s. The order of the projects was drawn by lot.")
    return told % {"budget": money_words(form.budget, form.currency.label)}


def zone_rule_words(others: int | None) -> str:
    """In which zones a voter may choose, in one sentence; nothing where everywhere."""
    if others is None:
        return ""
    if not others:
        return _("You may choose projects of your own zone and of the whole town.")
    told = ngettext(
        "You may choose projects of your own zone, of the whole town, and of one other zone.",
        "You may choose projects of your own zone, of the whole town, and of at most %(others)d "
        "other zones.",
        others,
    )
    return told % {"others": others}


def ballot_groups(rows: Sequence[Mapping[str, Any]], reach: Reach | None) -> list[dict[str, Any]]:
    """Rows by zone: the own one first, then the whole town, then the others by name.

    Where choices have no bound, or nobody is known, all rows stand together in the drawn order.
    """
    if reach is None:
        return [{"label": "", "rows": rows}]
    own = [row for row in rows if row["zone"] in reach.own]
    town = [row for row in rows if row["zone"] is None]
    found = [
        {"label": _("In your zone"), "rows": own},
        {"label": _("For the whole town"), "rows": town},
    ]
    beyond = reach.beyond(row["zone"] for row in rows)
    named = sorted({(row["zone_name"], row["zone"]) for row in rows if row["zone"] in beyond})
    for name, zone in named:
        theirs = [{**row, "is_beyond": True} for row in rows if row["zone"] == zone]
        found.append({"label": _("Other zone: %(zone)s") % {"zone": name}, "rows": theirs})
    return [one for one in found if one["rows"]]


def ballot_rows(
    projects: Sequence[BudgetProject], form: BallotForm, chosen: Mapping[str, int]
) -> list[dict[str, Any]]:
    """One row for each project; what was typed stays."""
    return [
        {
            "code": one.code,
            "place": place,
            "name": in_language(one.names),
            "text": in_language(one.texts) if one.texts else "",
            "cost": money_words(one.cost, form.currency.label) if form.has_money else "",
            "cost_plain": f"{one.cost:.2f}",
            "points": chosen.get(one.code, ""),
            "is_chosen": one.code in chosen,
            "others": _others(one, projects),
            "zone": one.zone_id,
            "zone_name": in_language(one.zone.names) if one.zone else "",
        }
        for place, one in enumerate(projects, start=1)
    ]


def read_choices(data: Any, form: BallotForm, projects: Sequence[BudgetProject]) -> dict[str, int]:
    """What a sent ballot says; a number that is none becomes 0, which the form refuses."""
    if form.kind is not BallotKind.POINTS:
        return dict.fromkeys(data.getlist("choice")[: len(projects) + 1], 1)
    written = {one.code: data.get(f"points-{one.code}", "").strip() for one in projects}
    return {code: _number(words) for code, words in written.items() if words not in ("", "0")}


def _number(words: str) -> int:
    fits = len(words) <= MOST_DIGITS and words.isascii() and words.isdigit()
    return int(words) if fits else 0


def _others(project: BudgetProject, projects: Sequence[BudgetProject]) -> list[str]:
    """Names of the projects that this one excludes."""
    if not project.group:
        return []
    return [
        in_language(one.names)
        for one in projects
        if one.group == project.group and one.pk != project.pk
    ]
