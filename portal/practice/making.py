"""Makes the practice copy of a town and takes it away: each whole or not at all."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from outbox.models import OutboxMessage
from portal.demo_reports import NOBODYS as NOBODY_REPORTS
from portal.demo_residents import NOBODYS
from portal.practice.copying import COPIED, copy_register
from portal.practice.inventing import invent
from zones.models import Municipality, PracticeOrder
from zones.services.practice_orders import (
    MOST_ATTEMPTS,
    claim_order,
    practice_slug,
    settle_order,
)

logger = structlog.get_logger(__name__)

INVENTED = ("people", "ratings", "reports", "news", "consultation")
STEPS = len(COPIED) + len(INVENTED)
"""What the bar of progress counts."""

Say = Callable[[int], None]
_KEPT_S = 900


@transaction.atomic
def make_practice(*, town: Municipality, now: dt.datetime, say: Say) -> dict[str, Any]:
    """Make the copy anew: an older one goes with all that was practised on it.

    Returns:
        `rows`: table -> rows copied; `invented`: kind -> how many.

    Raises:
        ValidationError: what `practice_slug` refuses.
    """
    remove_practice(town=town)
    copy = _found(town)
    rows = copy_register(source=town, target=copy, say=lambda done, _total: say(done))
    invented = invent(town=copy, now=now, say=lambda done: say(len(COPIED) + done))
    return {"rows": rows, "invented": invented}


@transaction.atomic
def remove_practice(*, town: Municipality) -> bool:
    """Take the copy of a town away with everything in it; False where there was none.

    The database itself refuses to do this to a town that is no copy (zones_remove_practice).
    """
    copy = Municipality.objects.filter(practice_of=town).only("pk", "slug").first()
    if copy is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT zones_remove_practice(%s)", [copy.pk])
        # A row that still names one that went is found here, not at the end of the work.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    OutboxMessage.objects.in_queue(copy.slug).delete()
    for domain in (NOBODYS, NOBODY_REPORTS):
        User.objects.filter(email__endswith=f"@{copy.slug}.{domain}").delete()
    return True


def work_on_next_order() -> bool:
    """Take the oldest order about a practice copy; False when there is none."""
    order = claim_order(now=timezone.now())
    if order is None:
        return False
    if order.attempts > MOST_ATTEMPTS:
        settle_order(order=order, now=timezone.now(), problem="stopped")
        return True
    try:
        report = _carried_out(order)
    except ValidationError as refused:
        settle_order(order=order, now=timezone.now(), problem=" ".join(refused.messages))
    except (DatabaseError, LookupError, ValueError):
        logger.exception("practice_order_failed", order=order.pk, wish=order.wish)
        settle_order(order=order, now=timezone.now(), problem="stumbled")
    else:
        settle_order(order=order, now=timezone.now(), report=report)
    cache.delete(_key(order))
    return True


def steps_done(order: PracticeOrder) -> int:
    """How many of STEPS are done; 0 while it waits for its turn. No query."""
    return int(cache.get(_key(order)) or 0)


def _carried_out(order: PracticeOrder) -> Mapping[str, Any]:
    if order.wish == PracticeOrder.Wish.REMOVE:
        remove_practice(town=order.municipality)
        return {}
    # The work is in a transaction nobody sees into: its progress is left where pages look.
    return make_practice(
        town=order.municipality,
        now=timezone.now(),
        say=lambda done: cache.set(_key(order), done, _KEPT_S),
    )


def _found(town: Municipality) -> Municipality:
    """The row of the copy: the town's own, under another name, and with no address on signs."""
    fields = [field for field in Municipality._meta.concrete_fields if not field.primary_key]
    values = {field.attname: getattr(town, field.attname) for field in fields}
    names = {}
    for language, name in town.names.items():
        with override(language):
            names[language] = _("Practice: %(town)s") % {"town": name}
    own = {"slug": practice_slug(town), "practice_of_id": town.pk, "names": names}
    copy = Municipality(**{**values, **own, "sign_origin": ""})
    copy.save(force_insert=True)
    return copy


def _key(order: PracticeOrder) -> str:
    return f"practice-order-{order.pk}"
