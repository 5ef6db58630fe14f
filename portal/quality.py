"""Puts the quality reports of the loads together for the town; finds nothing itself."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.templatetags.megdan import metres
from zones.disagreements import Disagreement, disagreements
from zones.importing.report import grouped
from zones.models import Municipality, ZoneEdition, ZoneKind
from zones.paths import address_path

EXAMPLES = 5


def report_rows(municipality: Municipality) -> list[dict[str, Any]]:
    """The newest load of each kind with what it found.

    One query, and for streets one pass over the addresses that name one: linear in them.
    """
    editions = (
        ZoneEdition.objects.in_municipality(municipality)
        .newest_of_each_kind()
        .select_related("kind", "dataset", "loaded_by")
    )
    return [_report(municipality, edition) for edition in editions]


def _report(municipality: Municipality, edition: ZoneEdition) -> dict[str, Any]:
    findings = [
        {
            "level": group.level,
            "title": group.title,
            "count": group.count,
            "examples": [{"text": text, "url": None} for text in group.examples],
        }
        for group in grouped(edition.report.get("findings", []), EXAMPLES)
    ]
    if edition.kind.code == ZoneKind.STREET:
        findings += _differing(municipality, disagreements(municipality=municipality))
    return {
        "kind_label": edition.kind.name,
        "valid_from": edition.valid_from,
        "loaded_at": edition.loaded_at,
        "loaded_by": str(edition.loaded_by or ""),
        "source": edition.dataset.source,
        "findings": findings,
        "summary": _summary(edition.report.get("done", {})),
    }


def _summary(done: dict[str, Any]) -> dict[str, int]:
    opened, closed = len(done.get("opened", [])), len(done.get("closed", []))
    replaced, renamed = len(done.get("replaced", [])), len(done.get("renamed", []))
    counted = {
        _("new or changed"): opened + replaced,
        _("ended"): closed,
        _("renamed"): renamed,
        _("unchanged"): int(done.get("unchanged", 0)),
    }
    return {title: count for title, count in counted.items() if count}


def _differing(municipality: Municipality, found: list[Disagreement]) -> list[dict[str, Any]]:
    """Addresses that name one street and lie in the strip of another, farthest first."""
    if not found:
        return []
    examples = [
        {
            "text": _("%(address)s: %(distance)s from the street it names")
            % {"address": one.address_label, "distance": metres(one.distance_m)}
            if one.distance_m is not None
            else one.address_label,
            "url": address_path(municipality.slug, one.address_id),
        }
        for one in found[:EXAMPLES]
    ]
    title = ngettext(
        "address lies outside the strip of the street it names; the name decides",
        "addresses lie outside the strip of the street they name; the name decides",
        len(found),
    )
    return [{"level": "warn", "title": title, "count": len(found), "examples": examples}]
