"""All public collections of a town, joined from the apps in layer order."""

import datetime as dt
from collections.abc import Callable

from consultations import collections as consultations
from departments import collections as departments
from incidents import collections as incidents
from notifications import collections as notifications
from satisfaction import collections as satisfaction
from zones import collections as zones
from zones.days import civil_day
from zones.models import Municipality
from zones.published import Asked, Collection

Declared = Callable[[Asked], list[Collection]]

#: From the lowest layer up; each app says itself what everybody may see.
DECLARED: tuple[Declared, ...] = (
    zones.collections_of,
    departments.collections_of,
    satisfaction.collections_of,
    notifications.collections_of,
    incidents.collections_of,
    consultations.collections_of,
)


def collections_of(town: Municipality, now: dt.datetime) -> list[Collection]:
    """Every collection the town publishes now; rows are not read yet."""
    asked = Asked(town, now, civil_day(now, town.timezone))
    return [one for declared in DECLARED for one in declared(asked)]


def collection_of(town: Municipality, code: str, now: dt.datetime) -> Collection | None:
    """The collection of that code, if the town publishes it."""
    return next((one for one in collections_of(town, now) if one.code == code), None)
