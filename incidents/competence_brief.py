"""The rules of competence as far as a zone and a kind of fault decide them; for phones.

What depends on a street, a drawn shape or the hour cannot be decided by zone and kind: such a rule
is kept as one that may hold. Rules about places with signs never fit a bare point and are left out.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from incidents.competence import parts_of, rules_in_force, window
from incidents.models import Category, CompetenceRule
from zones.models import Municipality


@dataclass(frozen=True, slots=True)
class Brief:
    """Plain data in the order of the rules; `zones` are those the rules name."""

    categories: list[dict[str, Any]]
    departments: list[dict[str, str]]
    rules: list[dict[str, Any]]
    zones: set[int]


def brief_rules(municipality: Municipality, on: dt.date) -> Brief:
    """The rules in force on a day and the kinds that can be reported. Two queries."""
    book = rules_in_force(municipality, on)
    sound = [rule for rule in book.rules if rule.pk not in book.broken and not _of_site(rule)]
    departments = {rule.department_id: dict(rule.department.names) for rule in sound}
    order = list(departments)
    offered = Category.objects.in_municipality(municipality).offered().select_related("parent")
    return Brief(
        categories=[_category(one) for one in offered],
        departments=[departments[one] for one in order],
        rules=[
            {
                "category": rule.category.code if rule.category else None,
                "zone": rule.zone_id,
                "sure": _is_sure(rule),
                "department": order.index(rule.department_id),
            }
            for rule in sound
        ],
        zones={rule.zone_id for rule in sound if rule.zone_id},
    )


def _of_site(rule: CompetenceRule) -> bool:
    return bool(rule.site_id or rule.site_category_id)


def _is_sure(rule: CompetenceRule) -> bool:
    """Whether zone and kind alone say that the rule fits."""
    return window(rule).is_always and parts_of(rule) == (rule.zone_id is not None)


def _category(category: Category) -> dict[str, Any]:
    group = category.parent
    return {
        "code": category.code,
        "names": category.names,
        "group": group.code if group else "",
    }
