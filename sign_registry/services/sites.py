"""What a town does with its sites: enter and mend them, say what they are and whose, close them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Department, Membership
from sign_registry.models import Site, SiteCategory, SitePeriod
from sign_registry.services.site_zones import place_sites
from zones.models import Address, Dataset, Municipality
from zones.services.history import Subject, record_change


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What a site is, apart from its code, its category and its owner."""

    kind: str
    names: Mapping[str, str]
    dataset: Dataset
    geometry: GEOSGeometry | None = None
    position_quality: str = Address.Quality.SURVEYED
    parent: Site | None = None
    address: Address | None = None
    address_text: str = ""
    is_staff_sensitive: bool = False
    opened_on: dt.date | None = None
    note: str = ""


@transaction.atomic
def save_site(
    *,
    municipality: Municipality,
    code: str,
    facts: SiteFacts,
    actor: Membership | None,
    now: dt.datetime,
    origin: str = "",
) -> Site:
    """Enter a site, or mend the one that has this code; its zones follow its place.

    Raises:
        ValidationError: by field; `outside` for a place outside the town, `foreign_parent` and
            `foreign_address` for rows of another town.
    """
    site = (
        Site.objects.in_municipality(municipality)
        .select_for_update(of=("self",))
        .filter(code=code)
        .first()
    )
    before = plain(site) if site else None
    site = site or Site(municipality=municipality, code=code)
    fill(site, facts)
    check_site(site)
    site.full_clean()
    site.save()
    place_sites(municipality=municipality, now=now, only=[site.pk])
    _record(site, before, plain(site), actor, now, origin)
    return site


def fill(site: Site, facts: SiteFacts) -> None:
    """Set the facts on the row, unsaved."""
    for one in fields(SiteFacts):
        value = getattr(facts, one.name)
        setattr(site, one.name, dict(value) if one.name == "names" else value)


def differs(site: Site, facts: SiteFacts) -> bool:
    """Whether the row does not yet say what the facts say."""
    return any(getattr(site, one.name) != getattr(facts, one.name) for one in fields(SiteFacts))


def check_site(site: Site) -> None:
    """Refuse what no single field and no check of the database shows."""
    town = site.municipality
    refused: dict[str, ValidationError] = {}
    if site.geometry is not None and town.outline and not town.outline.intersects(site.geometry):
        refused["geometry"] = ValidationError(
            _("This place is outside the municipality. Choose a place inside the border."),
            code="outside",
        )
    if site.parent and site.parent.municipality_id != town.pk:
        refused["parent"] = ValidationError(
            _("The centre belongs to another municipality. Choose one of this town."),
            code="foreign_parent",
        )
    if site.address and site.address.municipality_id != town.pk:
        refused["address"] = ValidationError(
            _("The address belongs to another municipality. Choose one of this town."),
            code="foreign_address",
        )
    if refused:
        raise ValidationError(refused)


@transaction.atomic
def set_category_and_owner(
    *,
    site: Site,
    category: SiteCategory,
    owner: Department | None,
    since: dt.date,
    actor: Membership | None,
    now: dt.datetime,
) -> SitePeriod:
    """Say what a site is and whose from a day on; until then it stays what it was.

    Ratings of earlier days keep the category and the owner of their day.

    Raises:
        ValidationError: `foreign_category`, `foreign_owner`, `category_given_up`; `too_early` when
            the site is already something else from a later day on.
    """
    _check_period(site, category, owner)
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    last = site.periods.select_related("category", "owner").order_by("-valid_from").first()
    if last and last.valid_until is None and (last.category, last.owner) == (category, owner):
        return last
    if last and since < (last.valid_until or last.valid_from):
        raise ValidationError(
            _("This place already has a category and an owner from %(day)s on. Give a later day.")
            % {"day": last.valid_from.isoformat()},
            code="too_early",
        )
    before = _said(last) if last and last.valid_until is None else None
    if last and last.valid_from == since:
        period = last
        period.category, period.owner, period.valid_until = category, owner, None
    else:
        if last and last.valid_until is None:
            last.valid_until = since
            last.save(update_fields=["valid_until"])
        period = SitePeriod(site=site, category=category, owner=owner, valid_from=since)
    period.full_clean()
    period.save()
    _record(site, before, _said(period), actor, now, "")
    return period


def _check_period(site: Site, category: SiteCategory, owner: Department | None) -> None:
    if category.municipality_id != site.municipality_id:
        raise ValidationError(
            _("This category belongs to another municipality. Choose one of this town."),
            code="foreign_category",
        )
    if not category.is_active:
        raise ValidationError(
            _("This category is no longer in use. Choose another one."), code="category_given_up"
        )
    if owner and owner.municipality_id != site.municipality_id:
        raise ValidationError(
            _("This department belongs to another municipality. Choose one of this town."),
            code="foreign_owner",
        )


@transaction.atomic
def close_site(*, site: Site, on: dt.date, actor: Membership | None, now: dt.datetime) -> Site:
    """Close a site from a day on; its ratings and its history stay.

    Raises:
        ValidationError: `already_closed`; `before_opening` for a day before it opened.
    """
    current = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if current.closed_on:
        raise ValidationError(_("This place is already closed."), code="already_closed")
    if current.opened_on and on < current.opened_on:
        raise ValidationError(
            _("The place opened on %(day)s. Give a later day.")
            % {"day": current.opened_on.isoformat()},
            code="before_opening",
        )
    return _set_closed(current, on, actor, now)


@transaction.atomic
def reopen_site(*, site: Site, actor: Membership | None, now: dt.datetime) -> Site:
    """Open a closed site again."""
    current = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    return _set_closed(current, None, actor, now)


def _set_closed(site: Site, on: dt.date | None, actor: Membership | None, now: dt.datetime) -> Site:
    before = plain(site)
    site.closed_on = on
    site.save(update_fields=["closed_on"])
    _record(site, before, plain(site), actor, now, "")
    return site


def plain(site: Site) -> dict[str, Any]:
    """The facts of a site as plain values, for the history."""
    shape = site.geometry
    return {
        "names": site.names,
        "kind": site.kind,
        "geometry": shape.wkt if shape is not None and shape.num_coords < 200 else bool(shape),
        "parent": site.parent.code if site.parent else "",
        "address": site.address_text,
        "is_staff_sensitive": site.is_staff_sensitive,
        "opened_on": _day(site.opened_on),
        "closed_on": _day(site.closed_on),
        "note": site.note,
    }


def _said(period: SitePeriod) -> dict[str, Any]:
    return {
        "category": period.category.code,
        "owner": period.owner.code if period.owner else "",
        "since": period.valid_from.isoformat(),
    }


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _record(
    site: Site,
    before: dict[str, Any] | None,
    after: dict[str, Any],
    actor: Membership | None,
    now: dt.datetime,
    origin: str,
) -> None:
    record_change(
        municipality=site.municipality,
        subject=Subject("site", site.code, site.name),
        before=before,
        after=after,
        actor=actor.user if actor else None,
        now=now,
        origin=origin,
    )
