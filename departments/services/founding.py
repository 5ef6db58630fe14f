"""Founding a town on a page: the town, its first administrator, and who runs the installation."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Operator, User
from accounts.services import invite_user
from departments.acts import Act
from departments.models import Membership
from departments.services.roles import RoleFacts, give_role
from zones.models import Municipality
from zones.services.history import Subject, record_change
from zones.services.municipalities import TownFacts, create_municipality
from zones.services.town_settings import town_values


@transaction.atomic
def found_town(*, facts: TownFacts, founder: User, act: Act) -> Municipality:
    """Make a town that is not there yet; whoever founds it administers it.

    Raises:
        ValidationError: with the field that is wrong; `slug` of a town there is already.
    """
    if Municipality.objects.filter(slug=facts.slug).exists():
        taken = _("There is a municipality with this short name already. Choose another one.")
        raise ValidationError({"slug": ValidationError(taken, code="slug_taken")})
    town = create_municipality(facts=facts)
    record_change(
        municipality=town,
        subject=Subject("town", town.slug, town.name),
        before=None,
        after=town_values(town),
        actor=act.actor,
        now=act.now,
        origin=act.origin,
    )
    give_role(
        municipality=town,
        user=founder,
        facts=RoleFacts(Membership.Role.ADMINISTRATOR),
        act=act,
    )
    return town


@transaction.atomic
def appoint_operator(*, email: str, now: dt.datetime, full_name: str = "") -> Operator:
    """Let a person found municipalities; the account is made where there is none.

    Raises:
        ValidationError: for an address that is none, or a locked account.
    """
    validate_email(email)
    user = invite_user(email=email, full_name=full_name)
    operator, _is_new = Operator.objects.get_or_create(user=user, defaults={"appointed_at": now})
    return operator


@transaction.atomic
def dismiss_operator(*, email: str) -> bool:
    """Take that back; False where the person was no operator."""
    gone, _rows = Operator.objects.filter(user__email__iexact=email).delete()
    return bool(gone)
