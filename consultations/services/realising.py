"""Which works of the town carry out what was consulted about."""

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Process
from consultations.services.preparing import facts_of, written
from departments.models import Works

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def set_realisation(
    *, process: Process, works: Works | None, actor: "User", now: dt.datetime
) -> Process:
    """Say which works carry it out; after the publication as well, for they come later.

    Raises:
        ValidationError: `elsewhere` at `works`; `withdrawn`.
    """
    rows = Process.objects.select_related("municipality", "area", "department")
    current = rows.select_for_update(of=("self",)).get(pk=process.pk)
    if current.state == Process.State.WITHDRAWN:
        words = _("This consultation is withdrawn and stays as it is.")
        raise ValidationError(words, code="withdrawn")
    if works is not None and works.municipality_id != current.municipality_id:
        words = _("Choose works of this town.")
        raise ValidationError({"works": words}, code="elsewhere")
    kept = {"realisation": _number(current.realisation_id)}
    before = {**facts_of(current), **kept}
    current.realisation = works
    current.save(update_fields=["realisation"])
    more = {"realisation": _number(current.realisation_id)}
    written(current, before=before, actor=actor, now=now, more=more)
    return current


def _number(pk: int | None) -> str:
    return "" if pk is None else str(pk)
