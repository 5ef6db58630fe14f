"""Who has a report open just now: kept for a minute in the cache, never written down."""

import datetime as dt

from django.core.cache import cache

from accounts.models import User
from incidents.models import Incident

LASTS_S = 60
MOST = 6


def note_presence(*, incident: Incident, user: User, now: dt.datetime) -> list[str]:
    """Say that somebody has a report open; give the names of the others who have."""
    key = f"incidents:open:{incident.pk}"
    since = now.timestamp() - LASTS_S
    seen: dict[int, tuple[str, float]] = cache.get(key) or {}
    here = {pk: one for pk, one in seen.items() if one[1] > since and pk != user.pk}
    cache.set(key, {**here, user.pk: (str(user), now.timestamp())}, LASTS_S)
    return sorted(name for name, _at in here.values())[:MOST]
