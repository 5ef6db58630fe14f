"""Signed links by which a body without an account answers what was sent to it; no ORM here.

A link names one sending, or one receiver's list of the day. Whether it still opens is asked of the
row behind it: a link to a sending ends with the sending.
"""

import datetime as dt
from dataclasses import dataclass

from django.core import signing

_LEG, _SHEET = "incidents.leg", "incidents.day_sheet"
SHEET_LASTS = dt.timedelta(days=3)
"""A list leads to many reports at once, so its link is for the day, a free day and the next."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link names: a sending or a receiver, in one town."""

    municipality_id: int
    number: int


def leg_path(slug: str, link: Link) -> str:
    """Page of one sending."""
    return f"/{slug}/partner/{_sign(link, _LEG)}/"


def read_leg_token(token: str) -> Link | None:
    """The sending a token names, or None for one that was not signed here."""
    return _read(token, _LEG, None)


def sheet_path(slug: str, link: Link) -> str:
    """List of all that waits for one receiver."""
    return f"/{slug}/partner/sheet/{_sign(link, _SHEET)}/"


def read_sheet_token(token: str) -> Link | None:
    """The receiver a token names, or None for one that is too old or was not signed here."""
    return _read(token, _SHEET, SHEET_LASTS)


def _sign(link: Link, salt: str) -> str:
    return signing.dumps([link.municipality_id, link.number], salt=salt)


def _read(token: str, salt: str, lasts: dt.timedelta | None) -> Link | None:
    try:
        read = signing.loads(token, salt=salt, max_age=lasts)
    except signing.BadSignature:
        return None
    return Link(*read)
