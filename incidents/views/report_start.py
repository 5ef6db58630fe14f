"""How a report begins: at a scanned sign, at a place, or at a point of the map."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from geo.intake import parse_point
from incidents.services.reported_place import Told
from sign_registry.codes import MistypedError, normalise
from sign_registry.models import SignCode, Site
from zones.models import Municipality

LONGEST_NUMBER = 18


def begun(municipality: Municipality, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the address line fills in; what is no sign, place or point of this town fills nothing.

    The code itself is not kept: a scan is no proof of anything but of the place.
    """
    site = _site_of_sign(municipality, asked.get("sign", ""))
    site = site or site_numbered(municipality, asked.get("site", ""))
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


def site_numbered(municipality: Municipality, number: str) -> Site | None:
    """The place with a sign that the form names, of this town only."""
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        return None
    return Site.objects.in_municipality(municipality).filter(pk=int(number)).first()


def told_of(municipality: Municipality, values: Mapping[str, Any]) -> Told:
    """What the fields of the form say about the place; an answer counts for the address asked."""
    is_same = values.get("asked", "") == values.get("where", "")
    return Told(
        shape=values.get("shape") or "point",
        marks=values.get("marks", ""),
        accuracy_m=values.get("accuracy"),
        address=values.get("where", ""),
        address_to=values.get("where_to", ""),
        chosen=values.get("chosen", "") if is_same else "",
        site=site_numbered(municipality, values.get("site", "")),
    )
