"""Which steps of its first set-up a town leaves out; what the steps are is said by the page."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from zones.models import Municipality
from zones.services.history import Subject, record_change

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def skip_step(
    *,
    municipality: Municipality,
    step: str,
    is_skipped: bool,
    actor: "User | None",
    now: dt.datetime,
) -> None:
    """Leave a step out, or take it up again."""
    town = Municipality.objects.select_for_update().only("setup_skipped").get(pk=municipality.pk)
    before = list(town.setup_skipped)
    rest = [one for one in before if one != step]
    town.setup_skipped = [*rest, step] if is_skipped else rest
    town.save(update_fields=["setup_skipped"])
    record_change(
        municipality=municipality,
        subject=Subject("town", municipality.slug, municipality.name),
        before={"setup_skipped": sorted(before)},
        after={"setup_skipped": sorted(town.setup_skipped)},
        actor=actor,
        now=now,
    )
