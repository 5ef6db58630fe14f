"""What a person does with the notices on the own page: open, mark all as read, remove."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from notifications.models import Notice
from zones.models import Municipality


def mark_read(*, notice: Notice, now: dt.datetime) -> None:
    """Remember the first opening."""
    Notice.objects.filter(pk=notice.pk).unread().update(read_at=now)


def mark_all_read(*, municipality: Municipality, user: User, now: dt.datetime) -> int:
    """Mark everything of one town as read; tell how many were not."""
    return Notice.objects.of(user).in_municipality(municipality).unread().update(read_at=now)


@transaction.atomic
def remove(*, notice: Notice) -> None:
    """Take a notice off the own page for good; the news of the town stays."""
    notice.delete()
