"""Rows for tests: the crew of a town, its signs and its rounds."""

import datetime as dt
import uuid
from typing import Any

from django.test import Client

from departments.models import Membership
from sign_registry.models import CrewRound, RoundStop, Sign
from tests.factories.accounts import MembershipFactory
from tests.factories.signs import SignCodeFactory, SignFactory
from tests.factories.sites import SiteFactory
from tests.factories.zones import spot
from zones.models import Municipality

NOW = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)  # a Friday
ORIGIN = "https://semne.example"


def crew_member(town: Municipality, role: str = "crew", **fields: Any) -> Membership:
    """Somebody of the crew."""
    return MembershipFactory.create(municipality=town, role=role, **fields)


def signed_in(member: Membership) -> Client:
    """A browser of that person, set to English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.user)
    return client


def printed_sign(town: Municipality, column: float = 0.5, **fields: Any) -> Sign:
    """A printed sign with a living code at a site of its own, some way along the grid."""
    site = SiteFactory.create(municipality=town, geometry=spot(column, 0.5))
    sign = SignFactory.create(site=site, municipality=town, **{"state": "printed", **fields})
    SignCodeFactory.create(sign=sign)
    return sign


def spare_sign(town: Municipality) -> Sign:
    """A printed sign without a site."""
    sign = SignFactory.create(site=None, municipality=town, state="printed")
    SignCodeFactory.create(sign=sign)
    return sign


def round_of(town: Municipality, signs: list[Sign], **fields: Any) -> CrewRound:
    """A round of today with these signs to hang."""
    given = {"name": "Round 1", "planned_on": NOW.date(), **fields}
    crew_round = CrewRound.objects.create(municipality=town, **given)
    for position, sign in enumerate(signs, 1):
        RoundStop.objects.create(round=crew_round, sign=sign, position=position)
    return crew_round


def entry(kind: str = "move", **fields: Any) -> dict[str, Any]:
    """What a phone sends: made an hour ago, with a key of its own."""
    made = (NOW - dt.timedelta(hours=1)).isoformat()
    return {"key": str(uuid.uuid4()), "kind": kind, "happened_at": made, **fields}
