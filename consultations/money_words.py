"""Amounts and reasons of a count in words, in the active language; no ORM."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.city_rule import Why

#: Does not break a line.
_SPACE = "\N{NO-BREAK SPACE}"


def money_words(amount: Decimal | str | int, currency: str) -> str:
    """An amount with its currency, grouped as the language does; cents only where there are any."""
    value = Decimal(amount)
    places = 0 if value == value.to_integral_value() else 2
    whole, separator, cents = number_format(value, places, use_l10n=True).partition(
        get_format("DECIMAL_SEPARATOR")
    )
    between = get_format("THOUSAND_SEPARATOR") or _SPACE
    # Bulgarian has a separator but groups nothing by itself; from five digits on it is needed.
    grouped = f"{int(whole):,}".replace(",", between if len(whole) > 4 else "")
    return f"{grouped}{separator}{cents}{_SPACE}{currency}".strip()


def why_words(why: str) -> str:
    """What became of a project in the count."""
    return {
        Why.WON: _("wins"),
        Why.THRESHOLD: _("too few votes"),
        Why.EXCLUDED: _("excluded by another project that wins"),
        Why.MONEY: _("not enough money left for it"),
        Why.STOPPED: _("the count had ended before it"),
    }[Why(why)]


def has_money(rule: Mapping[str, Any]) -> bool:
    """Whether a kept count was about money; a vote between alternatives names no currency."""
    return bool(rule.get("currency"))


def missing_words(missing: int | None) -> str:
    """How many more votes would have been enough; empty where nobody can say."""
    if missing is None:
        return ""
    return ngettext(
        "%(number)s more vote would have been enough",
        "%(number)s more votes would have been enough",
        missing,
    ) % {"number": missing}


def rule_words(rule: Mapping[str, Any]) -> list[str]:
    """The rule of a count, sentence by sentence."""
    if not has_money(rule):
        said = [_("What has the most votes wins.")]
    elif rule["name"] == "greedy":
        said = [_("The projects with the most votes win until the money ends.")]
        if rule["stops"]:
            said.append(_("The first project that does not fit into the rest ends the count."))
        else:
            said.append(_("A project that does not fit into the rest is left out."))
    else:
        said = [
            _(
                "Every voter holds an equal share of the money. A project wins if those who chose "
                "it can pay for it together; the one that costs each of them least comes first."
            )
        ]
        if rule["zones"]:
            said.append(_("Each zone holds a part of the money by the number of its voters."))
        if rule["completion"]:
            said.append(_("The shares grow step by step until the budget is used (Add1)."))
    if rule["threshold"] > 1:
        said.append(_("A project needs at least %(least)s votes.") % {"least": rule["threshold"]})
    said.append(_("Among equals the order decides that was drawn by lot before the vote."))
    return said
