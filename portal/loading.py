"""Works on files handed in for a register: reads them, tries them, stores them and places all.

A trial does everything the real load does, placing included, and then takes it back; so its report
says beforehand which share of the addresses finds its zone.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from shapely.errors import GEOSException

from portal.placing import follow_zones
from zones.models import Address, AddressPlacement, Municipality, TownLoad, ZoneKind
from zones.services.load_contents import look
from zones.services.load_storing import Say, store
from zones.services.town_loads import MOST_ATTEMPTS, State, claim, settle

logger = structlog.get_logger(__name__)

STEPS = ("reading", "storing", "areas", "placing")
"""What a trial and a load go through, for the bar of progress."""

_KEPT_S = 900


@dataclass(frozen=True, slots=True)
class Share:
    """How many addresses of a town have their zone of the kind that pages show first."""

    placed: int
    total: int
    kind: ZoneKind | None

    @property
    def percent(self) -> float | None:
        """Of a hundred, with one decimal, never rounded up to a hundred; None without addresses."""
        if not self.total:
            return None
        return int(1000 * self.placed / self.total) / 10


def placed_share(municipality: Municipality) -> Share:
    """The share of addresses that are placed today: by neighbourhood, else the first kind there is.

    Three queries.
    """
    kinds = list(ZoneKind.objects.in_municipality(municipality).order_by("pk"))
    areas = [kind for kind in kinds if kind.code != ZoneKind.STREET]
    kind = next((kind for kind in areas if kind.code == "neighbourhood"), None)
    kind = kind or next(iter(areas), None) or next(iter(kinds), None)
    total = Address.objects.in_municipality(municipality).count()
    if kind is None:
        return Share(0, total, None)
    placed = AddressPlacement.objects.filter(kind=kind, valid_until=None).count()
    return Share(placed, total, kind)


def progress_of(load: TownLoad) -> int:
    """How many steps of STEPS are done; 0 while it waits for its turn. No query."""
    said = cache.get(_key(load.pk))
    return STEPS.index(said) + 1 if said in STEPS else 0


def work_on_next() -> bool:
    """Take the oldest file with work to do; False when there is none."""
    load = claim(now=timezone.now())
    if load is None:
        return False
    with translation.override(load.language or "en"):
        _work(load)
    cache.delete(_key(load.pk))
    return True


def _work(load: TownLoad) -> None:
    if load.attempts > MOST_ATTEMPTS:
        sentence = _("The worker was stopped by this file more than once. Split it, and try again.")
        settle(load=load, state=State.REFUSED, now=timezone.now(), problems=[sentence])
        return
    try:
        _carry_out(load)
    except ValidationError as refused:
        settle(load=load, state=State.REFUSED, now=timezone.now(), problems=refused.messages)
    except (DatabaseError, GEOSException, ValueError):
        logger.exception("town_load_failed", load=load.pk, kind=load.kind, state=load.state)
        sentence = _(
            "The program stumbled over this file. Whoever runs this server finds why in its log."
        )
        settle(load=load, state=State.REFUSED, now=timezone.now(), problems=[sentence])


def _carry_out(load: TownLoad) -> None:
    if load.state == State.RECEIVED:
        _say(load, "reading")
        settle(load=load, state=State.READ, now=timezone.now(), found=look(load))
        return
    is_trial = load.state == State.ORDERED
    with transaction.atomic():
        now = timezone.now()
        report = _stored(load, now)
        if is_trial or not settle(load=load, state=State.STORED, now=now, report=report):
            transaction.set_rollback(True)
    if is_trial:
        settle(load=load, state=State.TRIED, now=timezone.now(), report=report)


def _stored(load: TownLoad, now: dt.datetime) -> dict[str, Any]:
    town = load.municipality
    report = store(load=load, now=now, say=_saying(load))
    _say(load, "placing")
    follow_zones(municipality=town, kind=None, now=now)
    share = placed_share(town)
    return {**report, "placed": share.placed, "total": share.total, "percent": share.percent}


def _saying(load: TownLoad) -> Say:
    return lambda step: _say(load, step)


def _say(load: TownLoad, step: str) -> None:
    """Leave the step where pages look: the work itself is in a transaction nobody sees into."""
    cache.set(_key(load.pk), step, _KEPT_S)


def _key(number: int) -> str:
    return f"town-load-{number}"
