"""“Me too”: following somebody else's report, and stopping."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Follower, Incident
from incidents.services.recording import Actor, record
from incidents.services.telling import tell_follower
from incidents.workflow import Kind

MOST_LEADERS = 10
LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Follow:
    """Who follows; without account and e-mail it only counts."""

    user: User | None = None
    email: str = ""
    language: str = "en"


@transaction.atomic
def follow(*, incident: Incident, who: Follow, now: dt.datetime) -> Incident:
    """Count one more person for a report, and write to them of what comes; gives what is followed.

    A report that is worked on with another is followed there. Somebody who follows already is
    counted once. The ledger learns that somebody follows, never who.
    """
    leader = leader_of(incident)
    if who.user or who.email:
        follower, is_new = _follower(leader, who, now)
        if not is_new:
            return leader
        if follower.user is None:
            tell_follower(follower, now)
    data = {"is_named": bool(who.user or who.email)}
    record(incident=leader, kind=Kind.FOLLOWED, data=data, actor=Actor("reporter"), now=now)
    return leader


def leader_of(incident: Incident) -> Incident:
    """The report that this one is worked on with, itself where it stands alone."""
    current = incident
    for _step in range(MOST_LEADERS):
        if current.leader is None:
            break
        current = current.leader
    return current


def confirm_following(*, follower: Follower, now: dt.datetime) -> None:
    """Letters go there from now on; a second call is nothing."""
    if follower.confirmed_at is None:
        follower.confirmed_at = now
        follower.save(update_fields=["confirmed_at"])


def stop_following(*, follower: Follower) -> None:
    """Forget the address; the count in the ledger names nobody and stays."""
    follower.delete()


def _follower(leader: Incident, who: Follow, now: dt.datetime) -> tuple[Follower, bool]:
    if who.user is not None:
        return Follower.objects.get_or_create(
            incident=leader,
            user=who.user,
            defaults={"since": now, "language": who.language, "confirmed_at": now},
        )
    if len(who.email) > LONGEST_EMAIL:
        raise ValidationError(_("This is no e-mail address."), code="invalid")
    return Follower.objects.get_or_create(
        incident=leader,
        email=who.email.lower(),
        defaults={"since": now, "language": who.language},
    )
