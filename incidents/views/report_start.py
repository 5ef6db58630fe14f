"""How a report begins: at a scanned sign, at a place, or at a point of the map."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from geo.intake import parse_point
from sign_registry.codes import MistypedError, normalise
from sign_registry.models import SignCode, Site
from zones.models import Municipality


def begun(municipality: Municipality, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the address line fills in; what is no sign, place or point of this town fills nothing.

    The code itself is not kept: a scan is no proof of anything but of the place.
    """
    site = _site_of_sign(municipality, asked.get("sign", ""))
    site = site or _site(municipality, asked.get("site", ""))
    if site is not None:
        return {"site": str(site.pk), "marks": "", "where": ""}
    if asked.get("lon") and asked.get("lat"):
        try:
            point = parse_point(asked["lon"], asked["lat"])
        except ValidationError:
            return {}
        return {"marks": f"{point.x:.6f},{point.y:.6f}", "accuracy": "", "site": ""}
    return {}


def _site_of_sign(municipality: Municipality, code: str) -> Site | None:
    if not code:
        return None
    try:
        token = normalise(code)
    except MistypedError:
        return None
    known = (
        SignCode.objects.in_municipality(municipality)
        .accepted(timezone.now())
        .filter(token=token, sign__site__municipality=municipality)
        .select_related("sign__site")
        .first()
    )
    return known.sign.site if known else None


def _site(municipality: Municipality, number: str) -> Site | None:
    if not number.isdecimal() or len(number) > 18:
        return None
    return Site.objects.in_municipality(municipality).filter(pk=int(number)).first()
