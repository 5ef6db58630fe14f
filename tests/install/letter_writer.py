"""A web application that does nothing but write letters, for the proof by kills."""

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import DatabaseError, close_old_connections  # noqa: E402 - settings come first
from django.utils import timezone  # noqa: E402 - likewise

from outbox.services import NewMessage, enqueue_many  # noqa: E402 - likewise

Start = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """`?first=N&count=M` writes M letters from the Nth on, once each however often it is asked."""
    asked = parse_qs(environ.get("QUERY_STRING", ""))
    if "first" not in asked:
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]
    first, count = int(asked["first"][0]), int(asked["count"][0])
    close_old_connections()
    try:
        enqueue_many([_letter(number) for number in range(first, first + count)])
    except DatabaseError:
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]


def _letter(number: int) -> NewMessage:
    return NewMessage(
        recipient=f"reader{number}@town.example",
        subject=f"Letter {number}",
        body="Text of the letter.",
        kind="notice",
        now=timezone.now(),
        key=f"letter-{number}",
        queue=f"town{number % 3}",
        batch="drill",
    )
