"""Unusual buildings and weeks of registering in words."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.present.integrity import origin_label
from consultations.services.buildings import (
    MOST_IN_BLOCK,
    MOST_IN_FLAT,
    MOST_IN_HOUSE,
    MOST_IN_WEEK,
    Building,
    Week,
)
from zones.labels import address_label


def rule_lines() -> list[str]:
    """The rule as its readers need it."""
    return [
        _("more than %(most)d people who may vote at the address of a house")
        % {"most": MOST_IN_HOUSE},
        _("more than %(most)d in one block or staircase") % {"most": MOST_IN_BLOCK},
        _("more than %(most)d in one flat, as flats were written") % {"most": MOST_IN_FLAT},
        _("more than %(most)d who registered there in the same week") % {"most": MOST_IN_WEEK},
    ]


def building_rows(buildings: Sequence[Building]) -> list[dict[str, Any]]:
    """Rows of the list, numbered as on the map."""
    return [
        {
            "number": number,
            "label": address_label(one.address, with_locality=True),
            "people": one.people,
            "signs": [_sign_words(sign, one) for sign in one.signs],
            "codes": one.signs,
            "location": one.address.location,
        }
        for number, one in enumerate(buildings, start=1)
    ]


def week_rows(weeks: Sequence[Week]) -> list[dict[str, Any]]:
    """One row for each week with its ways; weeks without anybody are left out."""
    rows: dict[Any, dict[str, Any]] = {}
    for one in weeks:
        row = rows.setdefault(one.monday, {"monday": one.monday, "ways": [], "people": 0})
        row["ways"].append({"label": origin_label(one.origin), "many": one.people})
        row["people"] += one.people
    return list(rows.values())


def _sign_words(sign: str, one: Building) -> str:
    if sign == "people":
        return _("many for a block") if one.is_block else _("many for a house")
    if sign == "in_flat":
        return ngettext("%(many)d in one flat", "%(many)d in one flat", one.in_flat) % {
            "many": one.in_flat
        }
    return ngettext(
        "%(many)d registered in one week", "%(many)d registered in one week", one.in_week
    ) % {"many": one.in_week}
