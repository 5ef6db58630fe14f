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
    password: str | None = None,
) -> Membership:
    """Make a person administrator of a town; the account is made where there is none.

    Args:
        password: a new one; None keeps what an existing account has, and a new account then
            cannot sign in by password.

    Raises:
        ValidationError: for an address that is none.
    """
    validate_email(email)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, password, full_name=full_name)
    elif password is not None:
        user.set_password(password)
        user.save(update_fields=["password"])
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
