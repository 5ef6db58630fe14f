"""The first role of a town, given by the operator before anybody can give roles on a page."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from departments.acts import Act
from departments.models import Membership
from departments.services.roles import RoleFacts, give_role
from zones.models import Municipality


@transaction.atomic
def appoint_administrator(
    *,
    municipality: Municipality,
    email: str,
    act: Act,
    full_name: str = "",
) -> Membership:
    """Make a person administrator of a town; the account is made where there is none.

    A new account has no password (decision 0012): the person signs in by a code sent by e-mail.

    Raises:
        ValidationError: for an address that is none.
    """
    validate_email(email)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, full_name=full_name)
    if not user.is_active:
        raise ValidationError(
            gettext("This account is locked. Unlock it before giving it a role."), code="locked"
        )
    held = Membership.objects.in_municipality(municipality).lasting_administrators()
    return held.filter(user=user).first() or give_role(
        municipality=municipality,
        user=user,
        facts=RoleFacts(Membership.Role.ADMINISTRATOR),
        act=act,
    )
