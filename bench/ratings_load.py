"""Sends prepared HTTP requests over a few connections as fast as answers come; knows no server."""

from __future__ import annotations

import re
import selectors
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

CONNECTIONS = 16
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"connection: *close", re.IGNORECASE)


@dataclass
class Answered:
    """How the requests of one round were answered."""

    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def all_are(self, status: int) -> bool:
        """Whether nothing else came back."""
        return set(self.statuses) == {status}

    @property
    def p99_ms(self) -> float:
        """Milliseconds below which 99 of 100 answers stayed."""
        return statistics.quantiles(self.seconds, n=100)[98] * 1000


class _Line:
    """One connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.text, self.begun = b"", 0.0

    def send(self, request: bytes) -> None:
        self.text, self.begun = b"", time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> tuple[int, bool] | None:
        """Status and whether the server closes, once the whole answer is there."""
        piece = self.socket.recv(1 << 16)
        self.text += piece
        head, end, body = self.text.partition(b"\r\n\r\n")
        if not end:
            if not piece:
                raise ConnectionError("The server went away in the middle of an answer.")
            return None
        length = _LENGTH.search(head)
        if piece and (length is None or len(body) < int(length[1])):
            return None
        return int(head[9:12]), not piece or bool(_CLOSES.search(head))


def send_all(port: int, requests: Sequence[bytes], connections: int = CONNECTIONS) -> Answered:
    """Send every request once and wait for its answer."""
    answered, left = Answered(), iter(requests)
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            line = _Line(port)
            if _next(line, left):
                selector.register(line.socket, selectors.EVENT_READ, line)
        while selector.get_map():
            for key, _events in selector.select(timeout=30):
                _go_on(key.data, left, answered, selector)
    return answered


def _next(line: _Line, left: Iterator[bytes]) -> bool:
    request = next(left, None)
    if request is None:
        line.socket.close()
        return False
    line.send(request)
    return True


def _go_on(
    line: _Line, left: Iterator[bytes], answered: Answered, selector: selectors.BaseSelector
) -> None:
    done = line.read()
    if done is None:
        return
    status, closes = done
    answered.statuses[status] = answered.statuses.get(status, 0) + 1
    answered.seconds.append(time.perf_counter() - line.begun)
    selector.unregister(line.socket)
    if closes:
        line.socket.close()
        line.open()
    if _next(line, left):
        selector.register(line.socket, selectors.EVENT_READ, line)


def post(path: str, fields: str, *, address: str) -> bytes:
    """A form as a browser behind a proxy sends it."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\n"
        "User-Agent: Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/120 Mobile\r\n"
        "Accept-Language: ro,en;q=0.5\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(fields)}\r\n\r\n{fields}"
    ).encode()
