"""Carries text messages to the town's gateway, any that takes them by HTTP."""

import json
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from outbox.calling import CallError, HttpLine
from outbox.carrying import NobodyAnswersError, NotTakenError
from outbox.models import OutboxMessage

FORMATS = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
#: The gateway understood and will not have this very message. All else can be mended meanwhile.
_FINAL = frozenset({400, 413, 422})


class SmsLine:
    """The gateway of MEGDAN_SMS_URL."""

    def __init__(self) -> None:
        """Opens nothing yet."""
        self._line = HttpLine()

    def carry(self, message: OutboxMessage) -> None:
        """Post one message; see `Carrier`."""
        if not settings.MEGDAN_SMS_URL:
            raise NobodyAnswersError("No gateway is set; see MEGDAN_SMS_URL.")
        headers = {"Content-Type": FORMATS[settings.MEGDAN_SMS_FORMAT]}
        if settings.MEGDAN_SMS_AUTHORIZATION:
            headers["Authorization"] = settings.MEGDAN_SMS_AUTHORIZATION
        try:
            answer = self._line.post(settings.MEGDAN_SMS_URL, body_of(message), headers)
        except CallError as error:
            raise NobodyAnswersError(error.words) from error
        if not answer.is_success:
            raise NotTakenError(answer.words, is_final=answer.status in _FINAL, wait=answer.wait)

    def close(self) -> None:
        """Hang up."""
        self._line.close()


def body_of(message: OutboxMessage) -> bytes:
    """The request in the shape of MEGDAN_SMS_BODY.

    The shape is read first and filled in afterwards: no text can add a field to it.
    """
    values = {
        "{to}": message.recipient,
        "{text}": message.body,
        "{reference}": message.reference.hex,
    }
    filled = _fill(json.loads(settings.MEGDAN_SMS_BODY), values)
    if settings.MEGDAN_SMS_FORMAT == "form":
        return urlencode(filled).encode()
    return json.dumps(filled).encode()


def _fill(shape: Any, values: dict[str, str]) -> Any:
    if isinstance(shape, dict):
        return {name: _fill(part, values) for name, part in shape.items()}
    if isinstance(shape, list):
        return [_fill(part, values) for part in shape]
    if isinstance(shape, str):
        return _filled(shape, values)
    return shape


def _filled(text: str, values: dict[str, str]) -> str:
    """Each place filled once; braces inside a value stay what they are."""
    for name, value in values.items():
        before, found, after = text.partition(name)
        if found:
            return _filled(before, values) + value + _filled(after, values)
    return text
