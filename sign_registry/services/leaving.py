"""What happens to the crew's work when a person leaves."""

from django.db import transaction

from departments.models import Membership
from sign_registry.models import CrewRound


@transaction.atomic
def pass_rounds(*, leaver: Membership, successor: Membership | None) -> int:
    """Give the unfinished rounds of a membership to another, or to nobody; tell how many.

    Rounds that were walked keep naming who walked them.
    """
    unfinished = CrewRound.objects.filter(member=leaver).unfinished()
    return CrewRound.objects.filter(pk__in=list(unfinished.values_list("pk", flat=True))).update(
        member=successor
    )
