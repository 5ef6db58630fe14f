"""Entering and changing works: repairs, interruptions, projects and events at a place."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.models import Department, Works
from zones.models import Municipality
from zones.names import in_language, with_code
from zones.services.history import Subject, record_change

# Digits of a degree kept in the history: about a decimetre.
SHOWN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class WorksFacts:
    """What is done, by whom, where (EPSG:4326), and when: [starts_on, ends_on)."""

    owner: Department
    kind: str
    names: Mapping[str, str]
    geometry: GEOSGeometry
    starts_on: dt.date
    ends_on: dt.date | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    is_public: bool = True


@transaction.atomic
def save_works(
    *, municipality: Municipality, facts: WorksFacts, act: Act, works: Works | None = None
) -> Works:
    """Enter works, or change them.

    Raises:
        ValidationError: with the field that is wrong: `elsewhere` for an owner of another town,
            `outside` for a place outside the town, `backwards` for an end before the beginning.
    """
    before = None
    if works is None:
        works = Works(municipality=municipality, created_at=act.now, created_by=act.actor)
    else:
        works = Works.objects.select_for_update().get(pk=works.pk)
        before = works_values(works)
    _check(municipality, facts)
    works.owner = facts.owner
    works.kind = facts.kind
    works.names, works.texts = dict(facts.names), dict(facts.texts)
    works.geometry = facts.geometry
    works.starts_on, works.ends_on = facts.starts_on, facts.ends_on
    works.is_public = facts.is_public
    works.full_clean(exclude=["geometry"])
    works.save()
    record_change(
        municipality=municipality,
        subject=Subject("works", str(works.pk), _title(works)),
        before=before,
        after=works_values(works),
        actor=act.actor,
        now=act.now,
        origin=act.origin,
    )
    return works


def works_values(works: Works) -> dict[str, Any]:
    """What can be set of works, as plain values for the history."""
    return {
        "owner": with_code(works.owner.names, works.owner.code, works.municipality.languages),
        "kind": str(works.kind),
        "names": dict(works.names),
        "texts": dict(works.texts),
        "geometry": _place(works.geometry),
        "starts_on": works.starts_on.isoformat(),
        "ends_on": works.ends_on.isoformat() if works.ends_on else None,
        "is_public": works.is_public,
    }


def _title(works: Works) -> str:
    spoken = works.municipality.languages
    return in_language(works.names, spoken, spoken[0])


def _place(geometry: GEOSGeometry) -> str:
    """Kind, middle and number of points: enough to see that a place was changed."""
    middle = geometry.centroid
    where = f"{middle.x:.{SHOWN_DIGITS}f} {middle.y:.{SHOWN_DIGITS}f}"
    return f"{geometry.geom_type} {where} ({geometry.num_coords})"


def _check(municipality: Municipality, facts: WorksFacts) -> None:
    if facts.owner.municipality_id != municipality.pk:
        raise ValidationError(
            {"owner": ValidationError(_("Choose an office of this town."), code="elsewhere")}
        )
    if municipality.outline and not municipality.outline.intersects(facts.geometry):
        sentence = _("This place is outside the municipality. Choose a place inside the border.")
        raise ValidationError({"geometry": ValidationError(sentence, code="outside")})
    if facts.ends_on and facts.ends_on <= facts.starts_on:
        sentence = _("The last day must not be before the first.")
        raise ValidationError({"ends_on": ValidationError(sentence, code="backwards")})
