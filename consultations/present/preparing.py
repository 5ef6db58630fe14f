"""The steps of preparing a consultation, done and missing, and the pages beside them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from consultations.blueprints import blueprint_of
from consultations.models import Process
from consultations.phases import PhaseKind
from consultations.services.publishing import Fault


def steps_of(process: Process, faults: Iterable[Fault], home: str) -> list[dict[str, Any]]:
    """What there is to do, in order; those of other pages only where the phases ask for them."""
    found: dict[str, list[Fault]] = {}
    for fault in faults:
        found.setdefault(fault.step, []).append(fault)
    return [
        {
            "code": code,
            "label": label,
            "url": f"{home}{code}/",
            "faults": found.get(code, []),
            "is_done": not any(one.is_blocking for one in found.get(code, [])),
        }
        for code, label in _labels(process, found)
    ]


def pages_of(process: Process, home: str) -> list[dict[str, str]]:
    """Pages used while it runs and after it, which phases of this one ask for."""
    kinds = {one.kind for one in process.phases.all()}
    pages = [("voices", _("What was said, and answers")), ("reach", _("Who takes part, by zone"))]
    if PhaseKind.VOTE in kinds:
        pages += [
            ("simulate", _("Try out rules of the count")),
            ("roll", _("Roll")),
            ("count", _("Count and result")),
        ]
    if PhaseKind.REALISATION in kinds:
        pages.append(("realisation", _("Works that carry it out")))
    return [{"label": label, "url": f"{home}{code}/"} for code, label in pages]


def _labels(process: Process, found: dict[str, list[Fault]]) -> list[tuple[str, str]]:
    kinds = {one.kind for one in process.phases.all()}
    blueprint = blueprint_of(process.template)
    steps = [
        ("texts", _("Title and text")),
        ("phases", _("Phases")),
        ("area", _("Area that it concerns")),
        ("drawing", _("Drawing of the project")),
        ("who", _("Whose voice counts")),
    ]
    if PhaseKind.SURVEY in kinds:
        steps.append(("survey", _("Questions of the survey")))
    if kinds & {PhaseKind.VOTE, PhaseKind.PROPOSALS}:
        steps.append(("projects", _("Projects on the ballot")))
    if blueprint is None or blueprint.needs_law or hasattr(process, "notice") or "law" in found:
        steps.append(("law", _("Notice that the law asks for")))
    return steps
