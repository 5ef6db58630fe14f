"""Editing rules of competence: a draft is changed as often as wanted, then takes their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.models import Department
from incidents.models import Category, CompetenceRule, RuleSet
from incidents.places import geometry_text
from sign_registry.models import Site, SiteCategory
from zones.models import Municipality, Street, Zone
from zones.names import with_code
from zones.services.history import Subject, record_change

MOST_METRES = 2_000
MOST_RULES = 500
_NAMED = ("category", "zone", "street", "site", "site_category", "department")


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """Everything a rule says; empty is any. `geometry` in EPSG:4326, as the intake made it."""

    code: str
    department: Department
    category: Category | None = None
    zone: Zone | None = None
    street: Street | None = None
    geometry: GEOSGeometry | None = None
    within_metres: int = 0
    site: Site | None = None
    site_category: SiteCategory | None = None
    weekdays: Sequence[int] = ()
    from_time: time | None = None
    until_time: time | None = None
    note: str = ""


def rules_now(municipality: Municipality) -> RuleSet | None:
    """The version that decides now. One query."""
    return RuleSet.objects.in_municipality(municipality).in_force().first()


def draft_of(municipality: Municipality) -> RuleSet | None:
    """The version that is being written. One query."""
    return RuleSet.objects.in_municipality(municipality).drafts().first()


@transaction.atomic
def begin_draft(*, municipality: Municipality, act: Act) -> RuleSet:
    """Begin a new version with the rules in force; the draft there is, where somebody began one."""
    _lock(municipality)
    if draft := draft_of(municipality):
        return draft
    versions = RuleSet.objects.in_municipality(municipality)
    newest = versions.aggregate(newest=Max("number"))["newest"] or 0
    draft = versions.create(
        municipality=municipality, number=newest + 1, made_at=act.now, made_by=act.actor
    )
    now = rules_now(municipality)
    copies = list(now.rules.order_by("position", "pk")) if now else []
    for number, rule in enumerate(copies):
        rule.pk, rule.rule_set, rule.position = None, draft, number
    CompetenceRule.objects.bulk_create(copies)
    return draft


@transaction.atomic
def save_rule(
    *, draft: RuleSet, facts: RuleFacts, rule: CompetenceRule | None = None
) -> CompetenceRule:
    """Add a rule at the end of a draft, or change one of it.

    Raises:
        ValidationError: `no_draft`, or with the field that is wrong: something of another town or
            closed (`elsewhere`), a street and a drawn shape at once (`two_places`), a line without
            metres (`no_width`), hours that are no pair (`half_hours`), a code that is taken.
    """
    _require_draft(draft)
    if rule is None:
        if draft.rules.count() >= MOST_RULES:
            raise ValidationError(
                _("There are %(most)d rules already. Remove some, or let one stand for a group."),
                code="too_many",
                params={"most": MOST_RULES},
            )
        last = draft.rules.aggregate(last=Max("position"))["last"]
        rule = CompetenceRule(rule_set=draft, position=0 if last is None else last + 1)
    _check(draft.municipality, facts)
    for name in RuleFacts.__slots__:
        setattr(rule, name, getattr(facts, name))
    rule.weekdays = sorted(set(facts.weekdays))
    rule.full_clean(exclude=[] if rule.geometry else ["geometry"])
    rule.save()
    return rule


@transaction.atomic
def move_rule(*, rule: CompetenceRule, steps: int) -> None:
    """Put a rule of a draft so many places later, or earlier where the number is negative."""
    _require_draft(rule.rule_set)
    ordered = list(rule.rule_set.rules.order_by("position", "pk"))
    here = next(number for number, one in enumerate(ordered) if one.pk == rule.pk)
    there = min(max(here + steps, 0), len(ordered) - 1)
    ordered.insert(there, ordered.pop(here))
    for number, one in enumerate(ordered):
        one.position = number
    CompetenceRule.objects.bulk_update(ordered, ["position"])


@transaction.atomic
def remove_rule(*, rule: CompetenceRule) -> None:
    """Take a rule out of a draft."""
    _require_draft(rule.rule_set)
    rule.delete()


@transaction.atomic
def discard_draft(*, draft: RuleSet) -> None:
    """Give a draft up; what is in force stays."""
    _require_draft(draft)
    draft.rules.all().delete()
    draft.delete()


@transaction.atomic
def publish_rules(*, draft: RuleSet, note: str, act: Act) -> RuleSet:
    """Let a draft decide from now on; reports that came before keep what was said of them.

    Raises:
        ValidationError: `no_draft`, `no_rules`, or `no_note` without a word of what changed.
    """
    town = draft.municipality
    _lock(town)
    draft = _require_draft(draft)
    if not draft.rules.exists():
        raise ValidationError(_("There is no rule yet. Add one first."), code="no_rules")
    if not note.strip():
        raise ValidationError(
            {"note": ValidationError(_("Say in a few words what changed."), code="no_note")}
        )
    before = rules_now(town)
    if before:
        before.state, before.replaced_at = RuleSet.State.PAST, act.now
        before.save(update_fields=["state", "replaced_at"])
    draft.state, draft.in_force_at, draft.published_by = RuleSet.State.IN_FORCE, act.now, act.actor
    draft.note = note.strip()
    draft.full_clean()
    draft.save()
    _tell_history(before, draft, act)
    return draft


def rule_values(rule: CompetenceRule) -> dict[str, Any]:
    """What can be set of a rule, as plain values for the history."""
    spoken = rule.rule_set.municipality.languages
    named = {name: getattr(rule, name) for name in _NAMED}
    return {
        **{
            name: with_code(row.names, row.code, spoken) if row else None
            for name, row in named.items()
        },
        "geometry": geometry_text(rule.geometry),
        "within_metres": rule.within_metres,
        "weekdays": list(rule.weekdays),
        "hours": hours_text(rule.from_time, rule.until_time),
        "note": rule.note,
    }


def hours_text(begins: time | None, ends: time | None) -> str:
    """Such as 20:00-06:00, "" for the whole day."""
    if begins is None and ends is None:
        return ""
    return f"{begins or time():%H:%M}-{ends or time():%H:%M}"


def _tell_history(before: RuleSet | None, after: RuleSet, act: Act) -> None:
    was, became = _by_code(before), _by_code(after)
    for code in sorted({*was, *became}):
        _note(after.municipality, Subject("competence_rule", code, code), was, became, act)
    record_change(
        municipality=after.municipality,
        subject=Subject("competence", "", _("version %(number)d") % {"number": after.number}),
        before=_summary(before, was) if before else None,
        after=_summary(after, became),
        actor=act.actor,
        now=act.now,
        origin=act.origin,
    )


def _note(
    town: Municipality,
    subject: Subject,
    was: Mapping[str, dict[str, Any]],
    became: Mapping[str, dict[str, Any]],
    act: Act,
) -> None:
    record_change(
        municipality=town,
        subject=subject,
        before=was.get(subject.key),
        after=became.get(subject.key),
        actor=act.actor,
        now=act.now,
        origin=act.origin,
    )


def _summary(rule_set: RuleSet, rules: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": rule_set.number, "order": list(rules), "note": rule_set.note}


def _by_code(rule_set: RuleSet | None) -> dict[str, dict[str, Any]]:
    """Values of each rule, in the order in which they are asked."""
    if rule_set is None:
        return {}
    rows = rule_set.rules.select_related(*_NAMED).order_by("position", "pk")
    for row in rows:
        row.rule_set = rule_set
    return {row.code: rule_values(row) for row in rows}


def _require_draft(rule_set: RuleSet) -> RuleSet:
    """The draft as it stands now, locked."""
    current = RuleSet.objects.select_for_update().filter(pk=rule_set.pk, state="draft").first()
    if current is None:
        raise ValidationError(
            _("These rules are published or given up. Begin a new draft."), code="no_draft"
        )
    return current


def _lock(municipality: Municipality) -> None:
    """One person after the other begins or publishes."""
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)


def _check(town: Municipality, facts: RuleFacts) -> None:
    _check_town(town, facts)
    if facts.street and facts.geometry:
        _refuse("geometry", _("Choose a street or draw a shape, not both."), "two_places")
    if facts.within_metres > MOST_METRES:
        sentence = _("Take at most %(most)d metres.") % {"most": MOST_METRES}
        _refuse("within_metres", sentence, "too_wide")
    is_area = facts.geometry is not None and facts.geometry.dims == 2
    if facts.geometry and not is_area and not facts.within_metres:
        _refuse("within_metres", _("Say how many metres around the line or point."), "no_width")
    if facts.within_metres and not (facts.street or facts.geometry):
        _refuse("within_metres", _("Say around which street or shape."), "no_line")
    if any(day not in range(1, 8) for day in facts.weekdays):
        _refuse("weekdays", _("Weekdays go from 1 (Monday) to 7."), "no_weekday")
    if (facts.from_time is None) != (facts.until_time is None):
        _refuse("until_time", _("Give both hours or none."), "half_hours")


def _check_town(town: Municipality, facts: RuleFacts) -> None:
    """Everything a rule names is of this town, and in use."""
    kind = facts.zone.kind if facts.zone else None
    owners: dict[str, Any] = {
        "department": facts.department,
        "category": facts.category,
        "zone": kind,
        "street": facts.street,
        "site": facts.site,
        "site_category": facts.site_category,
    }
    for name, row in owners.items():
        if row is None:
            continue
        if row.municipality_id != town.pk or not getattr(row, "is_active", True):
            _refuse(name, _("Choose one of this town that is in use."), "elsewhere")


def _refuse(field: str, sentence: str, code: str) -> None:
    raise ValidationError({field: ValidationError(sentence, code=code)})
