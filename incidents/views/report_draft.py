"""A half-filled report: kept for half an hour beside the visit, then gone by itself.

Only a random key is in the visit. What was typed lies in the cache, which forgets it in time;
pictures are cleaned and held, and cleared away when nothing came of them.
"""

import datetime as dt
import secrets
from dataclasses import asdict, dataclass, field

from django.core.cache import cache
from django.http import HttpRequest, QueryDict

from incidents.report_forms import KEPT

LIFE = dt.timedelta(minutes=30)
MOST_BYTES = 40_000


@dataclass(slots=True)
class ReportDraft:
    """The form as it was typed, and the numbers of the pictures."""

    typed: str = ""
    photos: list[str] = field(default_factory=list)

    def data(self) -> QueryDict:
        """The form's fields."""
        return QueryDict(self.typed)


def read_draft(request: HttpRequest, slug: str) -> ReportDraft:
    """What this visit began in a town, else an empty draft."""
    key = request.session.get(_mark(slug))
    kept = cache.get(_place(key)) if key else None
    return ReportDraft(**kept) if kept else ReportDraft()


def keep_draft(request: HttpRequest, slug: str, draft: ReportDraft) -> None:
    """Keep it for another half hour."""
    key = request.session.get(_mark(slug))
    if not key:
        key = request.session[_mark(slug)] = secrets.token_urlsafe(24)
    cache.set(_place(key), asdict(draft), LIFE.total_seconds())


def drop_draft(request: HttpRequest, slug: str) -> None:
    """Forget it."""
    key = request.session.pop(_mark(slug), None)
    if key:
        cache.delete(_place(key))


def typed_of(data: QueryDict) -> str:
    """The fields of the form and its extra questions, nothing else that was sent."""
    kept = QueryDict(mutable=True)
    for name in data:
        if name in KEPT or name.startswith("answer-"):
            kept.setlist(name, data.getlist(name))
    text = kept.urlencode()
    return text if len(text) <= MOST_BYTES else ""


def _mark(slug: str) -> str:
    return f"incidents.report.{slug}"


def _place(key: str) -> str:
    return f"incidents.report.{key}"
