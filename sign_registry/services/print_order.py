"""In which order signs leave the printer: as the crew will walk, round by round."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from django.utils.translation import gettext as _

from geo.crs import project
from sign_registry.models import RoundStop, Sign
from sign_registry.rounds import order
from zones.models import Municipality
from zones.names import in_language


class Turn(NamedTuple):
    """One sign, the round it belongs to, and its number there."""

    sign: Sign
    round: str
    number: int


def in_walking_order(municipality: Municipality, signs: Sequence[Sign]) -> list[Turn]:
    """Signs of planned rounds as planned; the rest by zone, from each to its nearest neighbour.

    Signs that hang nowhere on the map (vehicles, spares) come last.
    """
    planned = list(_planned(signs))
    taken = {turn.sign.pk for turn in planned}
    rest = [sign for sign in signs if sign.pk not in taken]
    return [*planned, *_by_zone(municipality, rest)]


def _planned(signs: Sequence[Sign]) -> Iterator[Turn]:
    by_key = {sign.pk: sign for sign in signs}
    stops = (
        RoundStop.objects.filter(sign__in=by_key, done_on__isnull=True)
        .select_related("round")
        .order_by("round__planned_on", "round_id", "position")
    )
    for stop in stops:
        if sign := by_key.pop(stop.sign_id, None):
            yield Turn(sign, stop.round.name, stop.position)


def _by_zone(municipality: Municipality, signs: Sequence[Sign]) -> Iterator[Turn]:
    groups: dict[str, list[Sign]] = defaultdict(list)
    nowhere: list[Sign] = []
    zones = _zone_names(municipality, signs)
    for sign in signs:
        if place_of(sign) is None:
            nowhere.append(sign)
        else:
            groups[zones.get(sign.site_id or 0, "")].append(sign)
    for name in sorted(groups):
        walked = _walked(municipality, groups[name])
        yield from _numbered(walked, name or _("Outside the zones"))
    nowhere.sort(key=lambda sign: (sign.site is None, sign.site.code if sign.site else "", sign.pk))
    yield from _numbered([one for one in nowhere if one.site], _("Vehicles"))
    yield from _numbered([one for one in nowhere if not one.site], _("Spares"))


def _numbered(signs: Iterable[Sign], name: str) -> Iterator[Turn]:
    return (Turn(sign, name, number) for number, sign in enumerate(signs, 1))


def _zone_names(municipality: Municipality, signs: Sequence[Sign]) -> dict[int, str]:
    """The name of one zone of each site: of a kind that divides the town, if there is any."""
    language = municipality.languages[0]
    sites = [sign.site for sign in signs if sign.site]
    found: dict[int, str] = {}
    for site in sites:
        held = sorted(
            site.site_zones.all(),
            key=lambda one: (not one.kind.is_partition, one.kind.code, one.pk),
        )
        if held:
            found[site.pk] = in_language(held[0].zone.names, municipality.languages, language)
    return found


def _walked(municipality: Municipality, signs: Sequence[Sign]) -> list[Sign]:
    places = np.array([place_of(sign) for sign in signs], dtype=object)
    metres = project(places, municipality.metric_srid)
    return [signs[index] for index in order([(point.x, point.y) for point in metres])]


def place_of(sign: Sign) -> shapely.Point | None:
    """Where a sign hangs or will hang; a counter is found where its centre is."""
    if sign.mount_point:
        return shapely.Point(sign.mount_point.x, sign.mount_point.y)
    site = sign.site
    geometry = site and (site.geometry or (site.parent and site.parent.geometry))
    if not geometry:
        return None
    return shapely.from_wkb(bytes(geometry.wkb)).representative_point()
