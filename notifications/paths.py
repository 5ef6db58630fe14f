"""Stable addresses of what residents hear, and links in letters that are signed; no ORM here."""

from dataclasses import dataclass

from django.core import signing

_SALT = "notifications.stop"


@dataclass(frozen=True, slots=True)
class StopLink:
    """Whom a link in a letter lets stop which way of one town."""

    municipality_id: int
    user_id: int
    way: str


def news_list_path(slug: str) -> str:
    """All public news of a town."""
    return f"/{slug}/news/"


def news_path(slug: str, announcement_id: int) -> str:
    """Public page of a notice."""
    return f"/{slug}/news/{announcement_id}/"


def inbox_path(slug: str) -> str:
    """Notices of one person."""
    return f"/{slug}/inbox/"


def preferences_path(slug: str) -> str:
    """What somebody wants to hear and how."""
    return f"/{slug}/preferences/"


def nearby_path(slug: str) -> str:
    """My neighbourhood."""
    return f"/{slug}/nearby/"


def mute_path(slug: str, announcement_id: int) -> str:
    """Page that asks whether somebody wants to hear no more of a thing."""
    return f"/{slug}/news/{announcement_id}/mute/"


def stop_path(slug: str, link: StopLink) -> str:
    """Page that ends letters without signing in; it never expires, as old letters stay."""
    token = signing.dumps([link.municipality_id, link.user_id, link.way], salt=_SALT)
    return f"/{slug}/unsubscribe/{token}/"


def read_stop_token(token: str) -> StopLink | None:
    """What a token says, or None for one that we did not sign."""
    try:
        read = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    municipality_id, user_id, way = read
    return StopLink(municipality_id, user_id, way)


def absolute(origin: str, path: str) -> str:
    """A path below the address that the town prints on its signs."""
    return origin.rstrip("/") + path
