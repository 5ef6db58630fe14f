"""Rates over HTTP as a browser does, from a network address of one's own, saying who one is."""

import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

from tests.anonymity.identities import Visitor

_NONCE = re.compile(rb'name="nonce" value="([\w=-]+)"')
_REASON = re.compile(rb'name="reason" value="(\d+)"')
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Vote:
    """What one visitor says about one sign."""

    visitor: Visitor
    token: str
    score: int
    comment: str = ""


class LostError(Exception):
    """A vote was not taken; the text says what came back."""


def rate_all(votes: Iterable[Vote], ports: list[int], session: str = "") -> int:
    """Send every vote, to the ports in turn; how many were taken."""
    taken = 0
    for taken, vote in enumerate(votes, start=1):
        rate(vote, ports[taken % len(ports)], session)
    return taken


def rate(vote: Vote, port: int, session: str = "") -> None:
    """Open the page, send the form, and add a reason and a comment where there is one."""
    source = (vote.visitor.address, 0)
    connection = HTTPConnection("127.0.0.1", port, timeout=30, source_address=source)
    headers = vote.visitor.headers(session)
    path = f"/S/{vote.token}"
    with closing(connection):
        page = _ask(connection, "GET", path, headers)
        fields: list[tuple[str, str]] = [("score", str(vote.score)), ("nonce", _nonce(page))]
        thanks = _ask(connection, "POST", path, headers, fields)
        if vote.comment:
            reasons = [("reason", one.decode()) for one in _REASON.findall(thanks)[:1]]
            more = [("nonce", _nonce(thanks)), ("comment", vote.comment), *reasons]
            _ask(connection, "POST", f"{path}/more", headers, more)


def _nonce(page: bytes) -> str:
    found = _NONCE.search(page)
    if found is None:
        raise LostError("a page without a one-time number")
    return found[1].decode()


def _ask(
    connection: HTTPConnection,
    method: str,
    path: str,
    headers: dict[str, str],
    fields: list[tuple[str, str]] | None = None,
) -> bytes:
    body = urlencode(fields) if fields else None
    more = {"Content-Type": _FORM} if fields else {}
    connection.request(method, path, body, headers | more)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise LostError(f"{method} {path}: {answer.status} {text[:200]!r}")
    if answer.headers.get_all("Set-Cookie"):
        raise LostError(f"{method} {path} sets a cookie")
    return text
