"""Which comments somebody may moderate, by the departments they hold the right for."""

import datetime as dt
from collections.abc import Set

from sign_registry.models import Comment, Site
from sign_registry.querysets import CommentQuerySet, SiteQuerySet
from zones.models import Municipality


def moderated_sites(
    municipality: Municipality, departments: Set[int] | None, today: dt.date
) -> SiteQuerySet:
    """Sites whose comments may be moderated; None is every department."""
    every = Site.objects.in_municipality(municipality)
    return every.owned_by(set(departments) if departments is not None else None, today)


def moderated_comments(
    municipality: Municipality, departments: Set[int] | None, today: dt.date
) -> CommentQuerySet:
    """Their comments; a department would guess the place of some, and does not see those."""
    sites = moderated_sites(municipality, departments, today)
    found = Comment.objects.of_sites(sites).seen_by_moderators()
    return found if departments is None else found.named()
