"""Asks the host that is to be printed on signs whether it answers as this very installation.

The only module of the program that opens a connection by itself: to the one origin the town has
set, over https, without following a redirect. A sign with a wrong host cannot be called back.
"""

import json
import secrets
from collections.abc import Callable
from hmac import compare_digest
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from sign_registry.codes import UnfitOriginError, printed_host
from sign_registry.installation import answer

# Answered by the lane that also answers every printed code.
QUESTION = "/S/?installation="
_PATIENCE_S = 5.0
_LONGEST_ANSWER = 400


class WrongHostError(Exception):
    """The host does not answer over https as this installation; `why` is for the log."""

    def __init__(self, origin: str, why: str) -> None:
        """The origin that was asked, and what came of it."""
        super().__init__(f"{origin}: {why}")
        self.origin = origin
        self.why = why


Open = Callable[[str, float], HTTPConnection]


def _open_https(host: str, patience_s: float) -> HTTPConnection:
    return HTTPSConnection(host, timeout=patience_s)


def check_host(*, origin: str, secret: str, connect: Open = _open_https) -> None:
    """Make sure that the origin leads here.

    Raises:
        WrongHostError: it is not https, does not answer in five seconds, or answers as another.
    """
    if urlsplit(origin).scheme != "https":
        raise WrongHostError(origin, "not https")
    try:
        host = printed_host(origin)
    except UnfitOriginError as error:
        raise WrongHostError(origin, str(error)) from error
    challenge = secrets.token_urlsafe(24)
    status, said = _ask(connect(host, _PATIENCE_S), challenge, origin)
    if status != 200:
        raise WrongHostError(origin, f"answered with status {status}")
    if not compare_digest(_answer_in(said), answer(secret, challenge)):
        raise WrongHostError(origin, "is another installation")


def _answer_in(said: bytes) -> str:
    try:
        body = json.loads(said)
    except ValueError:
        return ""
    found = body.get("answer") if isinstance(body, dict) else None
    return found if isinstance(found, str) and found.isascii() else ""


def _ask(connection: HTTPConnection, challenge: str, origin: str) -> tuple[int, bytes]:
    try:
        connection.request("GET", QUESTION + challenge)
        response = connection.getresponse()
        return response.status, response.read(_LONGEST_ANSWER)
    except (OSError, HTTPException) as error:
        raise WrongHostError(origin, f"does not answer: {error}") from error
    finally:
        connection.close()
