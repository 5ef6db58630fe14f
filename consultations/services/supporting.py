"""Somebody is for what another said; once, and may take it back."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import Contribution, Support
from consultations.opening_words import closed_words
from consultations.phases import Action, opening


@transaction.atomic
def toggle_support(*, contribution: Contribution, user: User, now: dt.datetime) -> bool:
    """Support a contribution, or take the support back; says whether it is supported now.

    Raises:
        ValidationError: `closed`, `unknown` for what is not public, `own` for one's own words.
    """
    process = contribution.process
    window = opening(Action.SUPPORT, list(process.phases.all()), now)
    if not window.is_open:
        raise ValidationError(closed_words(window, process.municipality.timezone), code="closed")
    # Held against its author, who may be taking the words back at this moment.
    contribution = (
        Contribution.objects.select_for_update(of=("self",))
        .select_related("submission")
        .get(pk=contribution.pk)
    )
    if contribution.submission.state != "released" or contribution.taken_back_at is not None:
        raise ValidationError(_("This is not public."), code="unknown")
    if contribution.author_id == user.pk:
        raise ValidationError(_("These are your own words."), code="own")
    row, is_new = Support.objects.get_or_create(contribution=contribution, user=user)
    if not is_new:
        row.delete()
    return is_new
