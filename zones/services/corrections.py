"""Filing and settling what residents say is wrong about a place; nothing here is ever public."""

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zones.models import Correction, Municipality

if TYPE_CHECKING:
    from accounts.models import User

# More open remarks than anybody reads: above it the town is asked to work the queue off first.
MOST_OPEN = 5000


def file_correction(
    *, municipality: Municipality, location: Point, said: str, text: str, now: dt.datetime
) -> Correction:
    """Keep a remark about a point for the town; no sender is stored.

    Raises:
        ValidationError: `outside` when the point is not in the town, `queue_full` when the town
            has too many open remarks.
    """
    if municipality.outline and not municipality.outline.covers(location):
        raise ValidationError(
            _("This place is outside the municipality. Choose a place inside the border."),
            code="outside",
        )
    if Correction.objects.in_municipality(municipality).waiting().count() >= MOST_OPEN:
        raise ValidationError(
            _("The town office has many remarks to read. Please try again in a few days."),
            code="queue_full",
        )
    longest = Correction._meta.get_field("said").max_length
    correction = Correction(
        municipality=municipality,
        location=location,
        said=said[:longest],
        text=text,
        created_at=now,
    )
    correction.full_clean()
    correction.save()
    return correction


@transaction.atomic
def settle_correction(
    *, correction: Correction, state: Correction.State, note: str, actor: "User", now: dt.datetime
) -> Correction:
    """Say what the town did with a remark: put right, or left as it is.

    Raises:
        ValidationError: `already_settled` when somebody else was quicker.
    """
    current = Correction.objects.select_for_update().get(pk=correction.pk)
    if current.state != Correction.State.OPEN:
        raise ValidationError(
            _("Somebody has already settled this remark. Load the page again."),
            code="already_settled",
        )
    current.state = state
    current.note = note
    current.handled_by = actor
    current.handled_at = now
    current.full_clean()
    current.save(update_fields=["state", "note", "handled_by", "handled_at"])
    return current
