"""Carries messages to phones: sealed for one browser, posted to its maker's service (RFC 8030)."""

import base64
import binascii
import json

from django.conf import settings
from pywebpush import WebPusher, WebPushException  # type: ignore[import-untyped]

from outbox.calling import CallError, HttpLine
from outbox.carrying import NobodyAnswersError, NotTakenError
from outbox.models import OutboxMessage, PushAddress
from outbox.push_hosts import push_endpoint
from outbox.vapid import NoKeyError, introduction

#: A service takes 4,096 bytes sealed; sealing adds about a hundred.
MOST_BYTES = 3000
_LIFE_S = 24 * 3600
_GONE = frozenset({404, 410})
#: Our key or too many at once, which is not the message's fault.
_LATER = frozenset({401, 403, 408, 425, 429})


class PushLine:
    """Connections to push services."""

    def __init__(self) -> None:
        """Opens nothing yet."""
        self._line = HttpLine()

    def carry(self, message: OutboxMessage) -> None:
        """Post one message; see `Carrier`."""
        address = message.push_address
        if address is None or address.gone_at is not None:
            raise NotTakenError("The browser no longer takes messages.", is_final=True)
        endpoint = push_endpoint(address.endpoint, settings.MEGDAN_PUSH_HOSTS)
        if endpoint is None:
            raise NotTakenError("The address is of no known push service.", is_final=True)
        try:
            headers = _headers(message) | {"Authorization": introduction(endpoint.origin)}
        except NoKeyError as error:
            raise NobodyAnswersError(str(error)) from error
        body = sealed(address, payload(message))
        try:
            answer = self._line.post(f"{endpoint.origin}{endpoint.path}", body, headers)
        except CallError as error:
            raise NotTakenError(error.words, is_line=True) from error
        if answer.is_success:
            return
        raise NotTakenError(
            answer.words,
            is_final=answer.status < 500 and answer.status not in _LATER,
            is_gone=answer.status in _GONE,
            wait=answer.wait,
        )

    def close(self) -> None:
        """Hang up."""
        self._line.close()


def payload(message: OutboxMessage) -> bytes:
    """What the page's own program on the phone reads: title, text, page, and a name for doubles."""
    parts = {
        "title": message.subject,
        "body": message.body,
        "url": message.link,
        "tag": message.reference.hex,
        "lang": message.language,
    }
    while len(_written(parts)) > MOST_BYTES and parts["body"]:
        parts["body"] = parts["body"][: len(parts["body"]) * 3 // 4].rstrip(" …")
        parts["body"] += "…" if parts["body"] else ""
    return _written(parts)


def sealed(address: PushAddress, content: bytes) -> bytes:
    """Content that only this browser can read (RFC 8291).

    Raises:
        NotTakenError: the keys of the browser are none.
    """
    keys = {"p256dh": address.p256dh, "auth": address.auth}
    try:
        pusher = WebPusher({"endpoint": address.endpoint, "keys": keys})
        return bytes(pusher.encode(content)["body"])
    except (ValueError, TypeError, binascii.Error, WebPushException) as error:
        words = f"The keys of the browser cannot be used: {type(error).__name__}"
        raise NotTakenError(words, is_final=True, is_gone=True) from error


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _headers(message: OutboxMessage) -> dict[str, str]:
    name = base64.urlsafe_b64encode(message.reference.bytes).decode().rstrip("=")
    return {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(_LIFE_S),
        "Urgency": "high" if message.is_urgent else "normal",
        # A double that waits for a phone that is off replaces the first.
        "Topic": name,
    }
