"""Addresses of the pages that follow a report, and the signed links in letters; no ORM here."""

from django.core import signing

_FOLLOW = "incidents.follow"
_CONFIRM = "incidents.confirm"


def report_path(slug: str) -> str:
    """The form."""
    return f"/{slug}/report/"


def track_path(slug: str, tracking: str) -> str:
    """Page of one report for whoever holds its link."""
    return f"/{slug}/track/{tracking}/"


def receipt_path(slug: str, tracking: str) -> str:
    """What somebody keeps after reporting."""
    return f"/{slug}/track/{tracking}/receipt/"


def confirm_path(slug: str, incident: int) -> str:
    """Page that confirms the e-mail address of a report."""
    return f"/{slug}/track/confirm/{signing.dumps(incident, salt=_CONFIRM)}/"


def read_confirm(token: str) -> int | None:
    """The report of a link we signed, None for any other."""
    return _read(token, _CONFIRM)


def follow_path(slug: str, follower: int) -> str:
    """Page of somebody who follows another's report: confirm, read, stop. It never expires."""
    return f"/{slug}/track/follow/{signing.dumps(follower, salt=_FOLLOW)}/"


def read_follow(token: str) -> int | None:
    """The follower of a link we signed, None for any other."""
    return _read(token, _FOLLOW)


def _read(token: str, salt: str) -> int | None:
    try:
        number = signing.loads(token, salt=salt)
    except signing.BadSignature:
        return None
    return number if isinstance(number, int) else None
