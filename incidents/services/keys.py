"""Keys with which other programs report over Open311; only a hash of each is kept."""

import datetime as dt
import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from departments.models import Department
from incidents.models import ApiKey
from zones.models import Municipality
from zones.services.history import Subject, record_change

KEY_BYTES = 32
SUBJECT = "report_key"


def digest_of(key: str) -> str:
    """What is kept of a key: 256 random bits need no salt."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


@transaction.atomic
def make_key(
    *,
    municipality: Municipality,
    name: str,
    department: Department | None,
    actor: User,
    now: dt.datetime,
) -> tuple[ApiKey, str]:
    """Make a key and give it once; it cannot be read again.

    Raises:
        ValidationError: `no_name`, `name_taken`, `other_town`.
    """
    name = name.strip()
    if not name:
        raise ValidationError({"name": ValidationError(_("Give it a name."), code="no_name")})
    own = ApiKey.objects.in_municipality(municipality).in_force()
    if own.filter(name=name).exists():
        message = _("A key with this name is in use. Choose another name.")
        raise ValidationError({"name": ValidationError(message, code="name_taken")})
    if department is not None and department.municipality_id != municipality.pk:
        raise ValidationError(_("Choose a department of this town."), code="other_town")
    secret = secrets.token_urlsafe(KEY_BYTES)
    key = ApiKey(
        municipality=municipality,
        department=department,
        name=name,
        digest=digest_of(secret),
        made_at=now,
    )
    key.clean_fields()
    key.save(force_insert=True)
    after = {"name": name, "department": department.code if department else ""}
    _tell(key, None, after, actor, now)
    return key, secret


@transaction.atomic
def revoke_key(*, key: ApiKey, actor: User, now: dt.datetime) -> None:
    """End a key for good.

    Raises:
        ValidationError: `revoked`.
    """
    current = ApiKey.objects.select_for_update().get(pk=key.pk)
    if current.revoked_at is not None:
        raise ValidationError(_("This key was revoked already."), code="revoked")
    current.revoked_at = now
    current.save(update_fields=["revoked_at"])
    _tell(current, {"name": current.name}, None, actor, now)


def key_of(municipality: Municipality, given: str, today: dt.date) -> ApiKey | None:
    """The key in use that a program gave, None for every other; its last day of use is noted."""
    if not given:
        return None
    own = ApiKey.objects.in_municipality(municipality).in_force()
    key = own.select_related("department").filter(digest=digest_of(given)).first()
    if key is not None and key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return key


def _tell(
    key: ApiKey,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
    actor: User,
    now: dt.datetime,
) -> None:
    record_change(
        municipality=key.municipality,
        subject=Subject(SUBJECT, str(key.pk), key.name),
        before=before,
        after=after,
        actor=actor,
        now=now,
        origin="page",
    )
