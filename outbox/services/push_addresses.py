"""Remembering where a browser takes messages, and forgetting it."""

import base64
import binascii
import datetime as dt

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outbox.models import PushAddress
from outbox.push_hosts import push_endpoint

_SECRET_BYTES = 16


@transaction.atomic
def remember_push_address(
    *, endpoint: str, p256dh: str, auth: str, now: dt.datetime
) -> PushAddress:
    """Remember a browser that its owner let take messages; known ones get their new keys.

    Raises:
        ValidationError: `unknown_push_service` for an address of any other server, `bad_keys` for
            keys that nothing could be sealed with.
    """
    if push_endpoint(endpoint, settings.MEGDAN_PUSH_HOSTS) is None:
        raise ValidationError(
            _("This browser's message service is not known here. Letters by e-mail still work."),
            code="unknown_push_service",
        )
    if not (_is_point(p256dh) and len(_bytes(auth)) == _SECRET_BYTES):
        raise ValidationError(
            _("The browser gave no usable keys. Switch messages off and on again."),
            code="bad_keys",
        )
    fields = {"p256dh": p256dh, "auth": auth, "gone_at": None}
    address, _is_new = PushAddress.objects.update_or_create(
        endpoint=endpoint, defaults=fields, create_defaults={**fields, "created_at": now}
    )
    return address


def forget_push_address(*, endpoint: str) -> None:
    """Delete an address; what waits for it is given up at its turn."""
    PushAddress.objects.filter(endpoint=endpoint).delete()


def _is_point(text: str) -> bool:
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(text))
    except ValueError:
        return False
    return True


def _bytes(text: str) -> bytes:
    """What base64 of web addresses stands for; nothing where it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
