"""Pictures of a report that is still being written: cleaned at once, held until it is sent."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef

from incidents.models import Attachment
from submissions.models import Submission
from submissions.services import erase, put_forward, take_picture
from zones.days import civil_day
from zones.models import Municipality

ORIGIN = "report"
MOST_PHOTOS = 3
MOST_CLEARED = 20


def hold_picture(*, municipality: Municipality, raw: bytes, now: dt.datetime) -> Submission:
    """Clean a picture and keep it where nobody is shown it yet; old ones left over are cleared.

    It may wait for its turn to be drawn, so that it holds no transaction meanwhile.

    Raises:
        ValidationError: `too_large`, `not_a_picture`, `busy`.
    """
    today = civil_day(now, municipality.timezone)
    held = take_picture(raw=raw, origin=ORIGIN, received_on=today, state=Submission.State.HELD)
    clear_left_over(today)
    return held


def held_pictures(ids: Sequence[str]) -> list[Submission]:
    """The held pictures of a draft, in its order. One query."""
    rows = Submission.objects.held().filter(pk__in=ids, origin=ORIGIN, kind=Submission.Kind.PICTURE)
    known = {str(row.pk): row for row in rows}
    return [known[one] for one in ids if one in known]


def release_from_draft(photos: Iterable[Submission]) -> None:
    """The report was sent: from now on somebody looks at its pictures."""
    rows = list(photos)
    put_forward([row.pk for row in rows])
    for row in rows:
        row.state = Submission.State.WAITING


def clear_left_over(today: dt.date) -> int:
    """Erase held pictures that nobody sent within a day; says how many."""
    used = Attachment.objects.filter(submission=OuterRef("pk"))
    old = (
        Submission.objects.held()
        .filter(~Exists(used), origin=ORIGIN, received_on__lt=today - dt.timedelta(days=1))
        .exclude(file="")
    )
    rows = list(old[:MOST_CLEARED])
    for row in rows:
        erase(row)
        row.delete()
    return len(rows)
