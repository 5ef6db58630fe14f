"""Tells at start what is wrong with the settings of the ways out."""

import json
import re
from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from outbox.gateway import FORMATS

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@register
def delivery_settings(**_options: Any) -> list[Error]:
    """Each setting that no message could leave with."""
    return [*_mail(), *_texts()]


def _mail() -> list[Error]:
    domain = settings.MEGDAN_BOUNCE_DOMAIN
    if domain and not _HOST.fullmatch(domain):
        return [Error("MEGDAN_BOUNCE_DOMAIN must be a name such as bounces.town.example.")]
    return []


def _texts() -> list[Error]:
    found = []
    if settings.MEGDAN_SMS_FORMAT not in FORMATS:
        found.append(Error("MEGDAN_SMS_FORMAT must be json or form."))
    if settings.MEGDAN_SMS_URL and not settings.MEGDAN_SMS_URL.startswith(("https://", "http://")):
        found.append(Error("MEGDAN_SMS_URL must begin with https:// or http://."))
    try:
        shape = json.loads(settings.MEGDAN_SMS_BODY)
    except ValueError:
        shape = None
    if not isinstance(shape, dict) or not all(
        place in settings.MEGDAN_SMS_BODY for place in ("{to}", "{text}")
    ):
        words = 'MEGDAN_SMS_BODY must be JSON such as {"to": "{to}", "text": "{text}"}.'
        found.append(Error(words))
    return found
