"""Setting categories of places, their questions and the reasons offered after a rating."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from departments.csv_rows import FaultyFile
from departments.models import Membership
from sign_registry.importing.category_rows import CategoryRow, ReasonRow, read_categories
from sign_registry.models import ReasonTag, SiteCategory
from zones.models import Municipality
from zones.services.history import Subject, record_change


@dataclass(slots=True)
class CategoriesLoaded:
    """What a load did, by the codes of the categories."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@transaction.atomic
def save_category(
    *,
    municipality: Municipality,
    row: CategoryRow,
    actor: Membership | None,
    now: dt.datetime,
    origin: str = "",
) -> tuple[SiteCategory, bool]:
    """Enter a category with its reasons, or bring the one of this code up to date.

    A reason that is missing from `row` is no longer offered; what was chosen before stays counted.

    Returns:
        the category, and whether anything is different now.
    """
    known = SiteCategory.objects.in_municipality(municipality).select_for_update()
    category = known.filter(code=row.code).first()
    before = category_values(category) if category else None
    category = category or SiteCategory(municipality=municipality, code=row.code)
    category.names = dict(row.names)
    category.aspect = row.aspect
    category.questions = dict(row.questions)
    category.icon = row.icon
    category.compare_group = row.compare_group
    category.is_active = row.is_active
    category.full_clean()
    category.save()
    _save_reasons(category, row.reasons)
    after = category_values(category)
    change = record_change(
        municipality=municipality,
        subject=Subject("site_category", category.code, category.name),
        before=before,
        after=after,
        actor=actor.user if actor else None,
        now=now,
        origin=origin,
    )
    return category, change is not None


def _save_reasons(category: SiteCategory, wanted: Sequence[ReasonRow]) -> None:
    standing = {(tag.band, tag.code): tag for tag in category.reasons.all()}
    fresh: list[ReasonTag] = []
    for row in wanted:
        tag = standing.pop((row.band, row.code), None)
        if tag and (tag.names, tag.is_active) == (dict(row.names), row.is_active):
            continue
        tag = tag or ReasonTag(category=category, code=row.code, band=row.band)
        tag.names, tag.is_active = dict(row.names), row.is_active
        tag.clean_fields(exclude=["category"])
        if tag.pk:
            tag.save(update_fields=["names", "is_active"])
        else:
            fresh.append(tag)
    ReasonTag.objects.bulk_create(fresh)
    gone = [tag.pk for tag in standing.values() if tag.is_active]
    if gone:
        ReasonTag.objects.filter(pk__in=gone).update(is_active=False)


def category_values(category: SiteCategory) -> dict[str, Any]:
    """What can be set of a category, as plain values for the history."""
    reasons = category.reasons.in_use().order_by("band", "code")
    return {
        "names": category.names,
        "aspect": category.aspect,
        "questions": category.questions,
        "icon": category.icon,
        "compare_group": category.compare_group,
        "is_active": category.is_active,
        "reasons": [[tag.band, tag.code, tag.names] for tag in reasons],
    }


@transaction.atomic
def load_categories(
    *,
    municipality: Municipality,
    raw: bytes,
    actor: Membership | None,
    now: dt.datetime,
    origin: str = "",
    dry_run: bool = False,
) -> CategoriesLoaded:
    """Bring the categories of a town up to date by a table; those it leaves out stay as they are.

    Raises:
        FaultyFile: with every fault and its line; nothing is stored.
    """
    rows, faults = read_categories(raw)
    if faults:
        raise FaultyFile(faults)
    loaded = CategoriesLoaded()
    for row in rows:
        before = SiteCategory.objects.in_municipality(municipality).filter(code=row.code).exists()
        _category, is_different = save_category(
            municipality=municipality, row=row, actor=actor, now=now, origin=origin
        )
        if not before:
            loaded.added.append(row.code)
        else:
            (loaded.changed if is_different else loaded.unchanged).append(row.code)
    transaction.set_rollback(dry_run)
    return loaded
