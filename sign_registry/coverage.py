"""Which places have no sign that hangs, counted by kind of place and by zone."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from sign_registry.models import Site, SiteCategory, SitePeriod, SiteZone
from sign_registry.workflow import ANSWERING
from zones.models import Municipality
from zones.names import in_language

_ANSWERING = [str(state) for state in ANSWERING]


def sites_without_sign(
    municipality: Municipality, today: dt.date, *, category: str = "", zone: int | None = None
) -> QuerySet[Site]:
    """Open places where nothing hangs that answers a scan, by their codes."""
    sites = (
        Site.objects.in_municipality(municipality)
        .open_on(today)
        .exclude(signs__state__in=_ANSWERING)
    )
    if category:
        sites = sites.of_category(category, today)
    if zone is not None:
        sites = sites.in_zone(zone)
    return sites.annotate(place=PointOnSurface(Coalesce("geometry", "parent__geometry"))).order_by(
        "code"
    )


def by_category(municipality: Municipality, today: dt.date) -> list[dict[str, Any]]:
    """For each kind of place: how many there are, and how many lack a sign."""
    rows = (
        SitePeriod.objects.in_municipality(municipality)
        .in_force(today)
        .filter(_open(today))
        .values("category__code", "category__names")
        .annotate(total=Count("site", distinct=True), covered=_covered())
        .order_by("category__code")
    )
    return [_row(row["category__code"], in_language(row["category__names"]), row) for row in rows]


def by_zone(municipality: Municipality, today: dt.date) -> list[dict[str, Any]]:
    """The same for each zone of the kinds that divide the town."""
    rows = (
        SiteZone.objects.in_municipality(municipality)
        .filter(_open(today), kind__is_partition=True)
        .values("zone", zone_names=F("zone__names"))
        .annotate(total=Count("site", distinct=True), covered=_covered())
    )
    counted = [_row(str(row["zone"]), in_language(row["zone_names"]), row) for row in rows]
    return sorted(counted, key=lambda row: (-row["lacking"], row["name"]))


def categories_of(municipality: Municipality) -> QuerySet[SiteCategory]:
    """Kinds of places to filter by."""
    return SiteCategory.objects.in_municipality(municipality).in_use().order_by("code")


def _covered() -> Count:
    return Count("site", distinct=True, filter=Q(site__signs__state__in=_ANSWERING))


def _open(today: dt.date) -> Q:
    begun = Q(site__opened_on__isnull=True) | Q(site__opened_on__lte=today)
    return begun & (Q(site__closed_on__isnull=True) | Q(site__closed_on__gt=today))


def _row(key: str, name: str, counted: Mapping[str, Any]) -> dict[str, Any]:
    total, covered = counted["total"], counted["covered"]
    return {
        "key": key,
        "name": name,
        "total": total,
        "covered": covered,
        "lacking": total - covered,
    }
