"""Turns the quick choice on a notice's page into an area that is kept like one of the workbench."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from notifications.models import Announcement
from zones.days import civil_day
from zones.models import Municipality, TargetArea
from zones.services.target_areas import save_area

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Aim:
    """What was ticked, chosen and drawn; all of it together is the area."""

    zones: Sequence[int] = ()
    street: int | None = None
    side: str = "any"
    number_from: int | None = None
    number_to: int | None = None
    around: GEOSGeometry | None = None
    metres: int | None = None
    drawn: GEOSGeometry | None = None

    def lines(self) -> list[object]:
        """As the workbench would have put it together."""
        found: list[dict[str, Any]] = []
        if self.zones:
            found.append({"kind": "zones", "zones": list(self.zones)})
        if self.street:
            numbers = {"side": self.side, "from": self.number_from, "to": self.number_to}
            found.append({"kind": "streets", "street": self.street, **numbers})
        if self.around is not None:
            of = {"geometry": _plain(self.around)}
            found.append({"kind": "around", "of": of, "metres": self.metres})
        if self.drawn is not None:
            found.append({"kind": "shape", "geometry": _plain(self.drawn), "label": ""})
        return [{"op": "add", "muted": False, **line} for line in found]


def aim_of(recipe: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a form shows of an area that was chosen there before, by the names of its fields."""
    shown: dict[str, Any] = {}
    for line in recipe:
        if line.get("kind") == "zones":
            shown["zones"] = line.get("zones", [])
        elif line.get("kind") == "streets":
            shown |= {"street": line.get("street"), "side": line.get("side", "any")}
            shown |= {"number_from": line.get("from"), "number_to": line.get("to")}
        elif line.get("kind") == "around":
            shown |= {"around_shape": json.dumps(line.get("of", {}).get("geometry"))}
            shown |= {"metres": line.get("metres")}
        elif line.get("kind") == "shape":
            shown["drawn"] = json.dumps(line.get("geometry"))
    return shown


@transaction.atomic
def aimed(
    *,
    municipality: Municipality,
    aim: Aim,
    name: str,
    actor: "User",
    now: dt.datetime,
    announcement: Announcement | None,
) -> TargetArea:
    """Keep the area of a notice: the one it had is changed, unless it was used already.

    Raises:
        ValidationError: what the workbench refuses: lines that cannot be taken, an empty area.
    """
    own = announcement.target if announcement and announcement.has_own_target else None
    return save_area(
        municipality=municipality,
        name=name[:LONGEST_NAME],
        recipe=aim.lines(),
        on=civil_day(now, municipality.timezone),
        actor=actor,
        now=now,
        area=own if own and own.frozen_at is None else None,
    )


def _plain(geometry: GEOSGeometry) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(geometry.geojson)
    return plain
