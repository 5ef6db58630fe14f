"""One visit, stripped of everything that could tell who it is before anything looks at it."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings

# What the lane may know of a request. Cookie, Referer, User-Agent and all the rest are dropped.
_KEPT = (
    "REQUEST_METHOD",
    "PATH_INFO",
    "QUERY_STRING",
    "CONTENT_TYPE",
    "CONTENT_LENGTH",
    "HTTP_HOST",
    "wsgi.input",
)
_FORM = "application/x-www-form-urlencoded"
_LANGUAGE = re.compile(r"([a-z]{2})(?:-[a-z0-9-]+)?(?:\s*;\s*q=([01](?:\.\d{1,3})?))?", re.I)
_MOST_FIELDS = 40
_IS_PLAIN = re.compile(r"[\w.~-]+=[\w.~-]*(?:&[\w.~-]+=[\w.~-]*)*", re.ASCII).fullmatch
_LONGEST_HEADER = 200


class RefusedError(Exception):
    """This request is none that the page could have sent; `status` says so to its program."""

    def __init__(self, status: int) -> None:
        """`status` of HTTP."""
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Visit:
    """Method, address, chosen language; `address` of the network only until its mark is made."""

    method: str
    path: str
    query: dict[str, str]
    host: str
    accept_language: str
    address: str
    environ: dict[str, Any]

    def languages(self) -> tuple[str, ...]:
        """Languages the reader wants, the best first."""
        return _languages(self.accept_language)

    def form(self, longest: int) -> dict[str, list[str]]:
        """The fields that were sent.

        Raises:
            RefusedError: too long, without a length, or no form.
        """
        kind = str(self.environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
        if kind != _FORM:
            raise RefusedError(415)
        length = str(self.environ.get("CONTENT_LENGTH", ""))
        if not length.isascii() or not length.isdigit():
            raise RefusedError(411)
        if len(length) > 9 or int(length) > longest:
            raise RefusedError(413)
        raw: bytes = self.environ["wsgi.input"].read(int(length))
        return fields_of(raw.decode("ascii", "replace"))


def fields_of(text: str) -> dict[str, list[str]]:
    """Fields of a form or a query; more of them than any page has are refused."""
    fields: dict[str, list[str]] = {}
    if _IS_PLAIN(text) and text.count("&") < _MOST_FIELDS:
        # Every vote: nothing in it is written in another way than it is meant.
        for pair in text.split("&"):
            name, _, value = pair.partition("=")
            fields.setdefault(name, []).append(value)
        return fields
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise RefusedError(400) from error
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\x00", ""))
    return fields


def stripped(environ: dict[str, Any]) -> Visit:
    """The visit without its headers."""
    kept = {name: environ[name] for name in _KEPT if name in environ}
    query = str(kept.get("QUERY_STRING", ""))
    return Visit(
        method=str(kept.get("REQUEST_METHOD", "GET")),
        path=str(kept.get("PATH_INFO", "")),
        query={name: values[0] for name, values in fields_of(query).items()} if query else {},
        host=str(kept.get("HTTP_HOST", ""))[:_LONGEST_HEADER].lower(),
        accept_language=str(environ.get("HTTP_ACCEPT_LANGUAGE", ""))[:_LONGEST_HEADER],
        address=_network_address(environ),
        environ=kept,
    )


def _network_address(environ: dict[str, Any]) -> str:
    if getattr(settings, "MEGDAN_BEHIND_PROXY", False):
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(environ.get("REMOTE_ADDR", ""))


def _languages(header: str) -> tuple[str, ...]:
    """Languages by preference, the best first."""
    found = []
    for part in header.split(","):
        match = _LANGUAGE.fullmatch(part.strip())
        if match:
            found.append((-float(match[2] or 1), match[1].lower()))
    return tuple(code for _, code in sorted(found, key=lambda pair: pair[0]))
