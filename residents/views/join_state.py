"""A half-filled registration: kept for half an hour beside the visit, then gone by itself.

Only a random key is in the visit; what was typed lies in the cache, which forgets it in time.
"""

import datetime as dt
import secrets
from dataclasses import asdict, dataclass, field

from django.core.cache import cache
from django.http import HttpRequest

LIFE = dt.timedelta(minutes=30)
MOST_TRIES = 3


@dataclass(slots=True)
class JoinState:
    """What is known so far; `home` is the address of the sign's staircase, never the sign."""

    origin: str = "web"
    home: int | None = None
    contact: str = ""
    digest: str = ""
    tries_left: int = 0
    typed: dict[str, str] = field(default_factory=dict)


def _mark(slug: str) -> str:
    return f"residents.join.{slug}"


def _place(key: str) -> str:
    return f"residents.join.{key}"


def read_state(request: HttpRequest, slug: str) -> JoinState | None:
    """What this visit began in a town; None when nothing was, or when it is too long ago."""
    key = request.session.get(_mark(slug))
    kept = cache.get(_place(key)) if key else None
    return JoinState(**kept) if kept else None


def was_begun(request: HttpRequest, slug: str) -> bool:
    """Whether this visit began something here, forgotten since or not."""
    return _mark(slug) in request.session


def keep_state(request: HttpRequest, slug: str, state: JoinState) -> None:
    """Keep it for another half hour."""
    key = request.session.get(_mark(slug))
    if not key:
        key = request.session[_mark(slug)] = secrets.token_urlsafe(24)
    cache.set(_place(key), asdict(state), LIFE.total_seconds())


def drop_state(request: HttpRequest, slug: str) -> None:
    """Forget it, and that there was something."""
    key = request.session.pop(_mark(slug), None)
    if key:
        cache.delete(_place(key))
