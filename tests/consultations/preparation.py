"""A town with a draft of a consultation that lacks nothing, for the tests of its planners."""

import json
from typing import Any

from consultations.models import Process
from consultations.phases import PhaseKind
from tests.factories.consultations import (
    DAY,
    LayerFactory,
    PartFactory,
    PhaseFactory,
    ProcessFactory,
)
from tests.factories.departments import NOON
from tests.factories.notifications import TargetAreaFactory
from tests.factories.zones import MunicipalityFactory, square
from zones.models import Municipality, TargetArea

DRAWN = {"op": "add", "kind": "shape", "muted": False, "label": ""}
BALLOT = {"ballot": "approval", "most": 2, "budget": "1000.00", "currency": "RON", "k": 10}


def consulting_town() -> Municipality:
    """A town with consultations."""
    town: Municipality = MunicipalityFactory.create(modules=["consultations"])
    return town


def drawn_area(town: Municipality, **fields: Any) -> TargetArea:
    """An area that its lines give again."""
    recipe = [{**DRAWN, "geometry": json.loads(square(0, 0).geojson)}]
    area: TargetArea = TargetAreaFactory.create(municipality=town, recipe=recipe, **fields)
    return area


def draft(town: Municipality | None = None, **fields: Any) -> Process:
    """A draft of street works with an area, two alternatives and a debate."""
    town = town or consulting_town()
    process: Process = ProcessFactory.create(
        municipality=town,
        **{
            "state": "draft",
            "published_at": None,
            "area": drawn_area(town),
            "reference_on": NOON.date(),
            **fields,
        },
    )
    PhaseFactory.create(process=process, kind=PhaseKind.DEBATE)
    for code in ("a", "b"):
        words = {"ro": f"Varianta {code}", "en": f"Alternative {code}"}
        layer = LayerFactory.create(process=process, code=code, names=words, descriptions=words)
        PartFactory.create(layer=layer, code="stop-1", names={"ro": "Gara"})
    return process


def with_vote(process: Process, **settings: Any) -> Process:
    """A vote that begins after the debate, and then its result."""
    begins, ends = NOON + 10 * DAY, NOON + 20 * DAY
    PhaseFactory.create(
        process=process,
        kind=PhaseKind.VOTE,
        starts_at=begins,
        ends_at=ends,
        settings={**BALLOT, **settings},
    )
    PhaseFactory.create(process=process, kind=PhaseKind.RESULT, starts_at=ends, ends_at=None)
    return process
