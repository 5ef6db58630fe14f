"""What pages show of a site: its category and owner of the day, its zones, its point on a map."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Prefetch
from django.urls import reverse

from sign_registry.models import Site, SitePeriod, SiteZone
from sign_registry.paths import site_path
from sign_registry.querysets import SiteQuerySet
from zones.paths import zone_path


def with_shown(sites: SiteQuerySet, today: dt.date) -> SiteQuerySet:
    """Bring along what `site_row` shows, in two more queries whatever the number of sites."""
    periods = SitePeriod.objects.in_force(today).select_related("category", "owner")
    zones = SiteZone.objects.select_related("zone", "kind").order_by("kind", "zone")
    return (
        sites.select_related("dataset", "parent")
        .annotate(centre=PointOnSurface("geometry"))
        .prefetch_related(
            Prefetch("periods", queryset=periods, to_attr="periods_now"),
            Prefetch("site_zones", queryset=zones, to_attr="zones_now"),
        )
    )


def site_row(site: Site) -> dict[str, Any]:
    """One site of `with_shown` as lists, files and its page show it."""
    period = next(iter(getattr(site, "periods_now", [])), None)
    slug = site.municipality.slug
    zones = [_zone(slug, row) for row in getattr(site, "zones_now", [])]
    # Smaller kinds are loaded after larger ones; a street says less than a neighbourhood.
    own = [zone for zone in reversed(zones) if zone["kind"] != "street"]
    return {
        "id": site.pk,
        "code": site.code,
        "name": site.name,
        "kind": site.kind,
        "kind_label": site.get_kind_display(),
        "category": period.category if period else None,
        "owner": period.owner if period else None,
        "since": period.valid_from if period else None,
        "address": site.address_text,
        "quality": site.position_quality,
        "zones": zones,
        "where": site.address_text or next((zone["name"] for zone in own), ""),
        "centre": getattr(site, "centre", None),
        "closed_on": site.closed_on,
        "is_synthetic": site.dataset.is_synthetic,
        "sign_count": getattr(site, "sign_count", None),
        "url": site_path(slug, site.pk),
        "edit_url": reverse("signs:site_edit", args=[slug, site.pk]),
    }


def _zone(slug: str, row: SiteZone) -> dict[str, Any]:
    return {
        "id": row.zone_id,
        "name": row.zone.name,
        "kind": row.kind.code,
        "kind_label": row.kind.name,
        "basis": row.basis,
        "reason": row.reason,
        "pk": row.pk,
        "url": zone_path(slug, row.zone_id),
    }


def pins(rows: Iterable[dict[str, Any]], first: int) -> list[dict[str, Any]]:
    """Numbered points for the map beside a list, counted as the list counts."""
    numbered = enumerate(rows, first)
    return [
        {"number": number, "place": [row["centre"].x, row["centre"].y]}
        for number, row in numbered
        if row["centre"]
    ]
