"""Says what the rules said, and what is wrong with them, in sentences of the reader's language."""

from collections.abc import Iterable, Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from departments.models import Department
from incidents.competence import Choice, Matched, Ruling, Why
from incidents.models import CompetenceRule

_FAULTS: Mapping[Why, StrOrPromise] = {
    Why.ZONE: gettext_lazy("Its zone has no shape in force."),
    Why.STREET: gettext_lazy("Its street has no line on the map."),
    Why.CATEGORY: gettext_lazy("Its category is closed."),
    Why.DEPARTMENT: gettext_lazy("Its office is closed."),
}
_BECAUSE: Mapping[Matched, StrOrPromise] = {
    Matched.ZONE: gettext_lazy("the place lies in %(place)s"),
    Matched.STREET: gettext_lazy("the place lies along %(place)s"),
    Matched.DRAWN: gettext_lazy("the place lies in an area that the town drew"),
    Matched.SITE: gettext_lazy("it is about %(place)s"),
}


def fault_in_words(why: Why) -> str:
    """What is wrong with a rule, as a sentence."""
    return str(_FAULTS[why])


def words(ruling: Ruling) -> str:
    """Why a report went where it went, in one or two sentences. One query."""
    if ruling.matched == Matched.BEYOND:
        return _("The place lies outside the town.")
    if ruling.doubt:
        offices = [one.name for one in _departments(ruling.doubt)]
        return _("The place may belong to more than one: %(offices)s.") % {
            "offices": ", ".join(offices)
        }
    if ruling.rule is None:
        return _("No rule says who answers for this fault at this place.")
    rules = _rules([ruling.rule, *([ruling.runner_up] if ruling.runner_up else [])])
    rule = rules.get(ruling.rule.rule_id)
    if rule is None:
        return _("By the rule “%(code)s”.") % {"code": ruling.rule.code}
    sentence = _("Because %(why)s: rule “%(code)s”%(near)s.") % {
        "why": _(" and ").join(_reasons(rule, ruling.matched)),
        "code": rule.code,
        "near": _near(ruling),
    }
    other = rules.get(ruling.runner_up.rule_id) if ruling.runner_up else None
    if other is None:
        return sentence
    return f"{sentence} " + _("Otherwise it would go to: %(office)s (rule “%(code)s”).") % {
        "office": other.department.name,
        "code": other.code,
    }


def choices_in_words(ruling: Ruling) -> list[tuple[int, str]]:
    """The answers to “which side?”: number of the rule and where it lies. One query."""
    rules = _rules(ruling.doubt)
    return [
        (one.rule_id, _side(rules[one.rule_id]) if one.rule_id in rules else one.code)
        for one in ruling.doubt
    ]


def ground_in_words(rule: CompetenceRule) -> str:
    """Where a rule holds; reads its zone, street and site."""
    parts = []
    if rule.zone:
        parts.append(_("in %(zone)s") % {"zone": rule.zone.name})
    if rule.street:
        street = {"street": rule.street.name, "metres": rule.within_metres}
        parts.append(
            _("within %(metres)d m of %(street)s") % street
            if rule.within_metres
            else _("on %(street)s") % street
        )
    if getattr(rule, "is_drawn", False):
        parts.append(
            _("within %(metres)d m of a drawn line or place") % {"metres": rule.within_metres}
            if rule.within_metres
            else _("in a drawn area")
        )
    if rule.site:
        parts.append(_("at %(site)s") % {"site": rule.site.name})
    if rule.site_category:
        parts.append(_("at places of the kind %(kind)s") % {"kind": rule.site_category.name})
    return ", ".join(parts) or _("everywhere")


def _side(rule: CompetenceRule) -> str:
    where = ground_in_words(rule)
    return f"{where}: {rule.department.name}"


def _reasons(rule: CompetenceRule, matched: Matched) -> list[str]:
    reasons = []
    if matched in _BECAUSE:
        reasons.append(str(_BECAUSE[matched]) % {"place": _place(rule, matched)})
    if rule.category:
        reasons.append(_("the fault is of the kind “%(kind)s”") % {"kind": rule.category.name})
    return reasons or [_("nothing else applies")]


def _place(rule: CompetenceRule, matched: Matched) -> str:
    if matched == Matched.ZONE and rule.zone:
        return rule.zone.name
    if matched == Matched.STREET and rule.street:
        return rule.street.name
    if rule.site:
        return rule.site.name
    return rule.site_category.name if rule.site_category else ""


def _near(ruling: Ruling) -> str:
    if ruling.distance_m is None:
        return ""
    metres = {"metres": number_format(round(ruling.distance_m))}
    if ruling.matched == Matched.STREET:
        return _(", %(metres)s m from the middle of the street") % metres
    return _(", %(metres)s m from the border") % metres


def _rules(choices: Iterable[Choice]) -> dict[int, CompetenceRule]:
    found = (
        CompetenceRule.objects.filter(pk__in=[one.rule_id for one in choices])
        .select_related("zone", "street", "category", "department", "site", "site_category")
        .defer("geometry", "street__axis", "site__geometry")
    )
    return {rule.pk: rule for rule in found}


def _departments(choices: Iterable[Choice]) -> list[Department]:
    wanted = [one.department_id for one in choices]
    found = Department.objects.in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]
