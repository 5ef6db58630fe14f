"""Consultations as everybody reads them: rows of the list, the time line, what is open now."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from consultations.models import LegalNotice, OfficialAnswer, Phase, Process
from consultations.opening_words import moment_words
from consultations.phases import Action, PhaseKind, holds, opening
from consultations.voicing import ACTIVE, KINDS, phases_by_kind
from notifications.labels import in_short
from zones.names import in_language


def process_row(process: Process, now: dt.datetime) -> dict[str, Any]:
    """A line of the list; needs `municipality`, `area` and `phases`."""
    town = process.municipality
    phases = sorted(process.phases.all(), key=lambda one: one.starts_at)
    area = process.area
    middle = area.geometry.point_on_surface if area and area.geometry else None
    return {
        "pk": process.pk,
        "process_number": process.number,
        "title": process.name,
        "short": in_short(in_language(process.texts, town.languages), 200),
        "area": area_words(process),
        "is_active": any(holds(one, now) and one.kind in ACTIVE for one in phases),
        "stands": standing_words(phases, now, town.timezone),
        "place": middle.coords if middle else None,
    }


def area_words(process: Process) -> str:
    """The area in words."""
    if process.area is None:
        return _("The whole town")
    return process.area.description or process.area.name


def standing_words(phases: Sequence[Phase], now: dt.datetime, timezone: str) -> str:
    """In what phase it is and until when, or when the next begins, or since when it is over."""
    running = [one for one in phases if holds(one, now)]
    if running:
        return "; ".join(_running(one, timezone) for one in running)
    coming = [one for one in phases if one.starts_at > now]
    if coming:
        words = {"phase": coming[0].get_kind_display(), "when": _at(coming[0].starts_at, timezone)}
        return _("%(phase)s: from %(when)s") % words
    return _("over")


def timeline(process: Process, now: dt.datetime) -> list[dict[str, Any]]:
    """Every phase in its order: from when to when, and whether it is now."""
    zone = process.municipality.timezone
    return [
        {
            "kind": one.get_kind_display(),
            "code": one.kind,
            "starts_at": one.starts_at,
            "starts": _at(one.starts_at, zone),
            "ends": _at(one.ends_at, zone) if one.ends_at else "",
            "is_now": holds(one, now),
            "is_over": one.ends_at is not None and one.ends_at <= now,
        }
        for one in sorted(process.phases.all(), key=lambda one: (one.starts_at, one.pk))
    ]


def doors_of(process: Process, now: dt.datetime) -> list[dict[str, Any]]:
    """What can be opened from the page now, the thing to do first; each with a stable address."""
    phases = list(process.phases.all())

    def has(kind: PhaseKind) -> bool:
        return any(one.kind == kind and one.starts_at <= now for one in phases)

    def is_open(action: Action) -> bool:
        return opening(action, phases, now).is_open

    can_say = bool(phases_by_kind(phases, now))
    has_spoken = any(one.kind in KINDS and one.starts_at <= now for one in phases)
    has_projects = any(has(kind) for kind in (PhaseKind.PROPOSALS, PhaseKind.REVIEW)) or any(
        one.kind == PhaseKind.PROPOSALS or "budget" in one.settings
        for one in phases
        if one.starts_at <= now
    )
    sees = is_open(Action.SEE_RESULT)
    found = [
        ("vote/", _("Vote"), is_open(Action.VOTE), True),
        ("survey/", _("Answer the questions"), is_open(Action.ANSWER), True),
        ("propose/", _("Propose a project"), _holds(phases, PhaseKind.PROPOSALS, now), True),
        ("say/", _("Say something"), can_say, True),
        ("said/", _("What was said"), has_spoken, False),
        ("projects/", _("Projects"), has_projects, False),
        ("result/", _("Result"), sees and has(PhaseKind.VOTE), False),
        ("zones/", _("By neighbourhood"), sees, False),
        ("survey/result/", _("What people answered"), _is_answered_out(phases, now), False),
        ("minutes.pdf", _("Minutes (PDF)"), sees, False),
        ("answers/", _("You said, we did"), _is_answered(process), False),
        ("notice/", _("Legal notice"), _is_announced(process), False),
    ]
    doors = [
        {"page": page, "label": label, "is_act": is_act}
        for page, label, is_shown, is_act in found
        if is_shown
    ]
    first = next((one for one in doors if one["is_act"]), None)
    return [{**one, "is_first": one is first} for one in doors]


def _is_answered_out(phases: Sequence[Phase], now: dt.datetime) -> bool:
    """Whether a survey is over and no vote hides what was answered."""
    ended = any(
        one.kind == PhaseKind.SURVEY and one.ends_at is not None and one.ends_at <= now
        for one in phases
    )
    return ended and not _holds(phases, PhaseKind.VOTE, now)


def shapes_of(process: Process) -> dict[str, Any]:
    """The area for the map of a page."""
    geometry = process.area.geometry if process.area else None
    features = [] if geometry is None else [feature(json.loads(geometry.json), "area")]
    return {"type": "FeatureCollection", "features": features}


def feature(geometry: Any, role: str) -> dict[str, Any]:
    """One shape as the map's list `map-shapes` has it."""
    return {"type": "Feature", "properties": {"role": role}, "geometry": geometry}


def _running(phase: Phase, timezone: str) -> str:
    words = {"phase": phase.get_kind_display()}
    if phase.ends_at is None:
        return _("Now: %(phase)s") % words
    return _("Now: %(phase)s, until %(when)s") % {**words, "when": _at(phase.ends_at, timezone)}


def _at(moment: dt.datetime, timezone: str) -> str:
    return moment_words(moment, timezone)


def _holds(phases: Sequence[Phase], kind: PhaseKind, now: dt.datetime) -> bool:
    return any(one.kind == kind and holds(one, now) for one in phases)


def _is_answered(process: Process) -> bool:
    return OfficialAnswer.objects.filter(process=process).exists()


def _is_announced(process: Process) -> bool:
    return LegalNotice.objects.filter(process=process, announced_on__isnull=False).exists()
