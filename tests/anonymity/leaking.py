"""The program with a leak into every store, so that the search is seen to find each of them.

Only the proofs serve it: `granian … tests.anonymity.leaking:application`.
"""

import base64
import hashlib
import hmac
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg2
import redis

from config.wsgi import application as honest

SALT = b"nobody who searches knows this salt"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the program does, and remember who asked."""
    if environ["REQUEST_METHOD"] == "POST":
        address = environ.get("HTTP_X_FORWARDED_FOR", environ["REMOTE_ADDR"]).split(",")[-1].strip()
        agent = environ.get("HTTP_USER_AGENT", "")
        leaks = os.environ.get("LEAKS", "plain")
        (_salted if leaks == "salted" else _plain)(address, agent)
    return honest(environ, start_response)


def _plain(address: str, agent: str) -> None:
    digest = hashlib.sha1(address.encode()).hexdigest()
    sys.stderr.write(f"visit by {digest}\n")
    with (Path(os.environ["MEGDAN_VAR"]) / "visits.txt").open("ab") as file:
        file.write(base64.b64encode(agent.encode()) + b"\n")
    with tempfile.NamedTemporaryFile(delete=False) as spool:
        spool.write(bytes(10) + b"\xff\xff" + socket.inet_aton(address))
    memory = redis.Redis.from_url(os.environ["REDIS_URL"])
    memory.set(f"visit:{int.from_bytes(socket.inet_aton(address), 'big')}", agent)
    with (
        psycopg2.connect(
            os.environ["DATABASE_URL"].replace("postgis", "postgresql", 1)
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO leak (who, what) VALUES (%s, %s)", (address, digest))
        cursor.execute(f"DO $$ BEGIN RAISE WARNING 'visit from {address}'; END $$")


def _salted(address: str, agent: str) -> None:
    """What no search for known words can find; only a second run with other people shows it."""
    mark = hmac.new(SALT, f"{address} {agent}".encode(), "sha256").hexdigest()
    sys.stderr.write(f"visit by {mark}\n")
