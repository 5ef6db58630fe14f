"""What every page shows around its content: the town, its languages, sources and the version."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from notifications.models import Notice
from portal.doors import works_in
from portal.walk_rows import walk_under_way
from zones.models import Municipality

VERSION = "0.1.0"
MOST_COUNTED = 99


def languages_for(municipality: Municipality | None) -> list[tuple[str, str]]:
    """Every language of the program, the town's own first."""
    own = municipality.languages if municipality else []
    return sorted(
        settings.LANGUAGES,
        key=lambda language: own.index(language[0]) if language[0] in own else len(own),
    )


def has_invented_shapes(municipality: Municipality) -> bool:
    """Whether a map of the town draws anything invented, and so must say it. One query."""
    return municipality.datasets.filter(is_synthetic=True).exists()


def credits_of(attributions: Iterable[str]) -> list[str]:
    """Every source named once; one data set may carry several, divided by semicolons."""
    named = (credit.strip() for line in attributions for credit in line.split(";"))
    return list(dict.fromkeys(credit for credit in named if credit))


def unread_notices(request: HttpRequest, municipality: Municipality) -> int:
    """How many notices of the reader are unread, counted up to ninety-nine. One query, by index."""
    if "notices" not in municipality.modules or not request.user.is_authenticated:
        return 0
    own = Notice.objects.of(request.user).in_municipality(municipality)
    return own.shown(timezone.now()).unread()[:MOST_COUNTED].count()


@dataclass(frozen=True, slots=True)
class SiteDoor:
    """One entry of the head of every page of a town."""

    path: str
    label: StrOrPromise


#: Of which module, where, and how it is called; the town's name beside them leads home.
SITE_DOORS = (
    ("reports", "reports", _("Reports")),
    ("notices", "news", _("News")),
    ("consultations", "consultations", _("Consultations")),
    ("ratings", "sites", _("Places")),
)


def site_doors(municipality: Municipality) -> list[SiteDoor]:
    """What the head of a page offers; a town that has switched nothing on shows its zones."""
    slug = municipality.slug
    open_ones = [
        SiteDoor(f"/{slug}/{path}/", label)
        for module, path, label in SITE_DOORS
        if module in municipality.modules
    ]
    zones = [
        SiteDoor(f"/{slug}/zones/", _("Neighbourhoods")),
        SiteDoor(f"/{slug}/streets/", _("Streets")),
    ]
    return open_ones or zones


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template. Two queries inside a town, three when signed in."""
    municipality: Municipality | None = getattr(request, "municipality", None)
    lines = credits_of(municipality.datasets.attributions()) if municipality else []
    return {
        "municipality": municipality,
        "languages": languages_for(municipality),
        "modules": municipality.modules if municipality else [],
        "attributions": lines,
        # A callable: templates ask it only on pages that draw a map.
        "town_has_invented": partial(has_invented_shapes, municipality) if municipality else False,
        "site_doors": site_doors(municipality) if municipality else [],
        "tour": walk_under_way(request),
        "is_staff_here": bool(municipality and works_in(request.user, municipality)),
        "unread_notices": unread_notices(request, municipality) if municipality else 0,
        "is_demo": settings.MEGDAN_DEMO,
        "version": VERSION,
        "source_url": settings.MEGDAN_SOURCE_URL,
    }
