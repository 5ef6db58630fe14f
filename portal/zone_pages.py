"""What the list, the drawing page and the comparison of the zone editor have to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.zone_drawing import act_in_words, features, shown_name
from zones.forms import in_order
from zones.models import Municipality, Street, ZoneDraft, ZoneEdition, ZoneKind
from zones.reach import Reach, as_words
from zones.services.divisions import Division
from zones.services.draft_preview import Preview, preview
from zones.services.drafts import states_of

_EDITIONS = 5
_STEPS = 8


def kind_rows(municipality: Municipality) -> list[dict[str, Any]]:
    """Kinds that can be drawn, each with its open draft and its latest publications."""
    kinds = ZoneKind.objects.in_municipality(municipality).areas().order_by("pk")
    drafts = ZoneDraft.objects.in_municipality(municipality).open().select_related("made_by")
    open_drafts = {draft.kind_id: draft for draft in drafts}
    waiting = ZoneDraft.objects.in_municipality(municipality).published()
    placing = set(waiting.filter(placed_at__isnull=True).values_list("kind_id", flat=True))
    editions: dict[int, list[ZoneEdition]] = {}
    newest = (
        ZoneEdition.objects.in_municipality(municipality)
        .select_related("dataset", "loaded_by")
        .order_by("-loaded_at", "-pk")
    )
    for edition in newest:
        editions.setdefault(edition.kind_id, []).append(edition)
    return [
        {
            "kind": kind,
            "draft": open_drafts.get(kind.pk),
            "editions": editions.get(kind.pk, [])[:_EDITIONS],
            "is_placing": kind.pk in placing,
        }
        for kind in kinds
    ]


def draft_context(draft: ZoneDraft, on: dt.date, language: str) -> dict[str, Any]:
    """The drawing page."""
    before, division = states_of(draft)
    told = preview(draft=draft, on=on)
    codes = list(division.coverage.areas)
    names = {code: shown_name(division, code) for code in codes}
    streets = Street.objects.in_municipality(draft.municipality)
    steps = draft.steps.filter(number__gt=0, number__lte=draft.position).order_by("-number")
    last = draft.steps.order_by("-number").values_list("number", flat=True)[0]
    return {
        "preview": preview_rows(told, division, before),
        "zones": features(division),
        "choices": [{"code": code, "name": names[code]} for code in codes],
        "languages_of_town": in_order(draft.municipality.languages)[
            : len(draft.municipality.languages)
        ],
        "streets": streets.filter(axis__isnull=False).defer("axis").by_name(language),
        "areas_of_streets": streets.filter(zone__isnull=False).defer("axis").by_name(language),
        "can_undo": draft.position > 0,
        "can_redo": draft.position < last,
        "steps": [act_in_words(step.act, names) for step in steps.defer("zones")[:_STEPS]],
    }


def review_context(draft: ZoneDraft, on: dt.date) -> dict[str, Any]:
    """The comparison for the second person, and what became of a draft."""
    before, after = states_of(draft)
    told = preview(draft=draft, on=on)
    return {
        "preview": preview_rows(told, after, before),
        "zones": features(after),
        "zones_before": features(before),
        "is_waiting": draft.state == ZoneDraft.State.WAITING,
        "is_published": draft.state == ZoneDraft.State.PUBLISHED,
    }


def preview_rows(told: Preview, after: Division, before: Division) -> dict[str, Any]:
    """A preview with names instead of codes, and its sentences."""
    names = {code: shown_name(before, code) for code in before.coverage.areas}
    names |= {code: shown_name(after, code) for code in after.coverage.areas}
    return {
        "told": told,
        "sentence": _sentence(told),
        "people": _people(told.reach),
        "moves": [
            {
                "before": _zone_or_none(move.before, names),
                "after": _zone_or_none(move.after, names),
                "addresses": move.addresses,
            }
            for move in told.moves
        ],
        "zones": [
            {
                "line": line,
                "name": names[line.code],
                "names": after.names.get(line.code, {}),
                "is_renamed": line.code in before.names
                and dict(before.names[line.code]) != dict(after.names.get(line.code, {})),
            }
            for line in told.zones
        ],
        "gone": [names[code] for code in told.gone],
    }


def _zone_or_none(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code) if code else _("no zone")


def _sentence(told: Preview) -> str:
    if not told.changed:
        return _("No address would change its zone.")
    return ngettext(
        "%(number)s address would change its zone.",
        "%(number)s addresses would change their zone.",
        told.changed,
    ) % {"number": number_format(told.changed, use_l10n=True, force_grouping=True)}


def _people(reach: Reach | None) -> str:
    """About how many live there, out of published squares; nothing where nothing changes."""
    return as_words(reach) if reach else ""
