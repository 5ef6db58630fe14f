"""What a town sees of its outgoing messages: to its staff one by one, others in round figures.

How many messages of a notice wait or failed would tell how many people live in the area it was
aimed at, and whether anybody does. Hence those are never listed nor counted exactly.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from outbox.masking import masked, without_addresses
from outbox.models import Outage, OutboxMessage
from outbox.querysets import OutboxMessageQuerySet
from zones.models import Municipality

#: Kinds that only go to people who work for the town, with what they are.
TO_STAFF: dict[str, StrOrPromise] = {
    "invitation": gettext_lazy("invitation to join the staff"),
    "digest": gettext_lazy("weekly summary"),
    "alert": gettext_lazy("alert about a sign"),
    "install_link": gettext_lazy("link for hanging signs"),
    "print-again": gettext_lazy("request to print signs again"),
    "worsening": gettext_lazy("alert about a worsening"),
    "barrier": gettext_lazy("report of a barrier on a page"),
}
STATES = (OutboxMessage.State.DEAD, OutboxMessage.State.BOUNCED, OutboxMessage.State.WAITING)
_FEW = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the page shows it."""

    message: OutboxMessage
    kind: StrOrPromise
    recipient: str
    words: str
    tone: str

    @property
    def can_be_retried(self) -> bool:
        """Whether another try is offered."""
        return self.message.state == OutboxMessage.State.DEAD and not self.message.is_secret

    @property
    def can_be_stopped(self) -> bool:
        """Whether it still waits."""
        return self.message.state == OutboxMessage.State.WAITING


_TONES = {"dead": "is-bad", "bounced": "is-warn", "waiting": ""}


def own_messages(municipality: Municipality) -> OutboxMessageQuerySet:
    """Messages of the town's own queue to its staff, newest first; those in one row are shown."""
    own = OutboxMessage.objects.in_queue(municipality.slug).filter(kind__in=TO_STAFF, batch="")
    return own.filter(state__in=STATES).order_by("-pk")


def failed_to_residents(municipality: Municipality) -> OutboxMessageQuerySet:
    """Given-up messages to residents; only ever counted in round figures."""
    dead = OutboxMessage.objects.in_queue(municipality.slug).dead()
    return dead.exclude(kind__in=TO_STAFF, batch="")


def row_of(message: OutboxMessage) -> Row:
    """A message in words."""
    return Row(
        message=message,
        kind=TO_STAFF[message.kind],
        recipient=masked(message.recipient),
        words=without_addresses(message.last_error),
        tone=_TONES[message.state],
    )


def about(count: int) -> str:
    """A figure from which no small number can be read; none at all and a few look alike."""
    if count < _FEW:
        return _("fewer than 10")
    return _("about %(count)d") % {"count": round(count, -1)}


def outages() -> list[Outage]:
    """Servers that do not answer, for every town alike."""
    return list(Outage.objects.order_by("channel"))
