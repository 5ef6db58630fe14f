"""Takes a person out of what was said, and ends rolls and surveys whose time is over.

Answers stay as those of nobody, so that published figures stay true; a ballot names nobody anyway.
"""

import datetime as dt

from django.db import transaction

from accounts.models import User
from consultations.models import Contribution, Response, ResponseValue, RollEntry
from consultations.phases import PhaseKind
from residents.models import Resident
from submissions.services import erase


@transaction.atomic
def forget_voices(user: User) -> None:
    """Erase the words and drawings of a person and unlink what is left; a second call is nothing.

    What a proposal became is the town's own text and stays: a project of a budget.
    """
    said = Contribution.objects.filter(author=user)
    answered = ResponseValue.objects.filter(response__user=user)
    texts = [one.submission for one in said.select_related("submission")]
    texts += [one.submission for one in answered.select_related("submission") if one.submission]
    for text in texts:
        erase(text)
    said.update(author=None, organisation="", geometry=None, place_words={})
    answered.update(geometry=None)
    Response.objects.filter(user=user).update(user=None)


def keep_on_rolls(user: User) -> set[int]:
    """Empty the residents of a person who stand on a roll, and name them: these rows stay.

    The roll proves how many voted. It keeps a number for the person; the homes go.
    """
    on_roll = RollEntry.objects.filter(resident__user=user).values("resident")
    kept = Resident.objects.filter(pk__in=on_roll)
    kept.update(birth_year=None)
    return set(kept.values_list("pk", flat=True))


def end_rolls(*, voted_before: dt.datetime) -> int:
    """Take the lines out of rolls whose vote ended before a moment; digest and counts stay."""
    over = RollEntry.objects.filter(
        roll__phase__kind=PhaseKind.VOTE, roll__phase__ends_at__lt=voted_before
    )
    return over.delete()[0]


def end_surveys(*, ended_before: dt.datetime) -> int:
    """Unlink who filled in surveys that ended before a moment; what was answered stays."""
    over = Response.objects.filter(user__isnull=False, phase__ends_at__lt=ended_before)
    return over.update(user=None)
