"""What follows when the zones of a town change: addresses first, then sites and residents."""

import datetime as dt

from django.db import transaction

from residents.placing import place_residents
from sign_registry.services.site_zones import place_sites
from zones.models import Address, Municipality, ZoneDraft, ZoneKind
from zones.placing import place_addresses

#: Up to so many addresses follow while the person who published waits; more is for the worker.
PLACED_AT_ONCE = 20_000
_PAUSE = dt.timedelta(minutes=2)


@transaction.atomic
def follow_zones(*, municipality: Municipality, kind: ZoneKind | None, now: dt.datetime) -> None:
    """Place everything that lies in zones; each part writes only what changed."""
    place_addresses(municipality=municipality, now=now, kind=kind)
    place_sites(municipality=municipality, now=now)
    place_residents(municipality=municipality, now=now)


def follow_draft(*, draft: ZoneDraft, now: dt.datetime) -> bool:
    """Let everything follow what was just published, at once where the town is small.

    Returns:
        False when it is left to the worker.
    """
    if Address.objects.in_municipality(draft.municipality).count() > PLACED_AT_ONCE:
        return False
    return _follow(draft.pk, now)


def follow_next(*, now: dt.datetime) -> bool:
    """Take the oldest published draft that nothing has followed yet; False when there is none."""
    number = _claimed(now)
    return number is not None and _follow(number, now)


@transaction.atomic
def _claimed(now: dt.datetime) -> int | None:
    """Put the next attempt off before the work begins, should the work kill the worker."""
    draft = (
        ZoneDraft.objects.to_place(now)
        .select_for_update(skip_locked=True)
        .order_by("next_attempt_at", "pk")
        .first()
    )
    if draft is None:
        return None
    draft.next_attempt_at = now + _PAUSE
    draft.save(update_fields=["next_attempt_at"])
    return draft.pk


@transaction.atomic
def _follow(number: int, now: dt.datetime) -> bool:
    draft = (
        ZoneDraft.objects.published()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("municipality", "kind")
        .filter(pk=number, placed_at__isnull=True)
        .first()
    )
    if draft is None:
        return False
    follow_zones(municipality=draft.municipality, kind=draft.kind, now=now)
    draft.placed_at = now
    draft.save(update_fields=["placed_at"])
    return True
