"""Which bodies a report went through, in words that its reporter may read."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.models import Incident, Leg
from submissions.masking import mask
from zones.days import civil_day


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One sending: `says` is a whole sentence, `words` are those of the receiver."""

    number: int
    sender: str
    receiver: str
    phone: str
    sent_on: dt.date
    legal_basis: str
    state: str
    says: str
    words: str
    register_number: str
    registered_on: dt.date | None
    done_by: dt.date | None


def chain_of(incident: Incident) -> list[ChainRow]:
    """Every sending of a report in order, in the language of the reader. One query."""
    legs = incident.legs.select_related("sender", "receiver", "proposed").order_by("number")
    return [_row(incident, leg) for leg in legs]


def _row(incident: Incident, leg: Leg) -> ChainRow:
    town = incident.municipality
    return ChainRow(
        number=leg.number,
        sender=leg.sender.name if leg.sender else town.name,
        receiver=leg.receiver.name,
        phone=leg.receiver.phone,
        sent_on=civil_day(leg.sent_at, town.timezone),
        legal_basis=leg.legal_basis,
        state=leg.state,
        says=_says(leg),
        # An institution may write a name or a number that is not for everybody.
        words=mask(leg.reason).text if leg.reason else "",
        register_number=leg.register_number,
        registered_on=leg.registered_on,
        done_by=leg.done_by,
    )


def _says(leg: Leg) -> str:
    name = leg.receiver.name
    if leg.state == Leg.State.ACCEPTED:
        return _("%(name)s says that it is its matter.") % {"name": name}
    if leg.state == Leg.State.REFUSED and leg.proposed:
        words = {"name": name, "other": leg.proposed.name}
        return _("%(name)s says that it is not its matter, but that of %(other)s.") % words
    if leg.state == Leg.State.REFUSED:
        return _("%(name)s says that it is not its matter.") % {"name": name}
    if leg.state == Leg.State.DONE:
        return _("%(name)s has answered.") % {"name": name}
    if leg.state == Leg.State.WITHDRAWN:
        return _("The town hall took the report back.")
    return _("Sent to %(name)s, which has not answered yet.") % {"name": name}
