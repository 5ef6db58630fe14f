"""Asks a name server over UDP, and over TCP where the answer is too long; RFC 1035 and no more.

The locked packages hold no library for it, and the machine's own resolver gives no texts.
"""

import secrets
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

Kind = Literal["A", "AAAA", "MX", "TXT"]
_NUMBERS: dict[Kind, int] = {"A": 1, "MX": 15, "TXT": 16, "AAAA": 28}
_HEADER = struct.Struct("!6H")
_ANSWER = struct.Struct("!HHIH")
_TRUNCATED, _CODE, _NO_NAME = 0x0200, 0x000F, 3
_PATIENCE_S = 4.0


class ResolverError(Exception):
    """The name server did not answer, or not in a form that can be read."""


class Resolver:
    """Asks one name server; by default the first that this machine uses."""

    def __init__(self, host: str | None = None, port: int = 53) -> None:
        self.server = (host or _first_server(), port)

    def ask(self, name: str, kind: Kind) -> list[str]:
        """Values of a name, none where there are none.

        Raises:
            ResolverError: nobody answered, or not in a form that can be read.
        """
        number = secrets.randbelow(1 << 16)
        question = _HEADER.pack(number, 0x0100, 1, 0, 0, 0) + _packed(name)
        question += struct.pack("!2H", _NUMBERS[kind], 1)
        try:
            reply = self._over_udp(question, number)
            if _HEADER.unpack_from(reply)[1] & _TRUNCATED:
                reply = self._over_tcp(question)
            return list(_values(reply, kind))
        except (OSError, struct.error, IndexError, UnicodeDecodeError) as error:
            raise ResolverError(f"{self.server[0]} does not answer: {error}") from error

    def _over_udp(self, question: bytes, number: int) -> bytes:
        family = socket.AF_INET6 if ":" in self.server[0] else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.settimeout(_PATIENCE_S)
            line.connect(self.server)
            line.send(question)
            while True:
                reply = line.recv(4096)
                if _HEADER.unpack_from(reply)[0] == number:
                    return reply

    def _over_tcp(self, question: bytes) -> bytes:
        with socket.create_connection(self.server, _PATIENCE_S) as line:
            line.sendall(struct.pack("!H", len(question)) + question)
            with line.makefile("rb") as answer:
                (length,) = struct.unpack("!H", answer.read(2))
                return answer.read(length)


def _first_server() -> str:
    try:
        lines = Path("/etc/resolv.conf").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    servers = [words[1] for line in lines if (words := line.split())[:1] == ["nameserver"]]
    return servers[0].partition("%")[0] if servers else "127.0.0.1"


def _packed(name: str) -> bytes:
    labels = name.rstrip(".").encode("idna").split(b".")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _values(reply: bytes, kind: Kind) -> Iterator[str]:
    _number, flags, questions, answers, *_ = _HEADER.unpack_from(reply)
    if flags & _CODE not in (0, _NO_NAME):
        raise ResolverError(f"the name server refuses with code {flags & _CODE}")
    place = _HEADER.size
    for _ in range(questions):
        place = _after_name(reply, place) + 4
    for _ in range(answers):
        place = _after_name(reply, place)
        found, _class, _lives, length = _ANSWER.unpack_from(reply, place)
        place += _ANSWER.size
        # A name that stands for another is answered with both; only the last is what was asked.
        if found == _NUMBERS[kind]:
            yield _read(reply[place : place + length], kind)
        place += length


def _after_name(reply: bytes, place: int) -> int:
    while (length := reply[place]) != 0:
        if length & 0xC0 == 0xC0:
            return place + 2
        place += 1 + length
    return place + 1


def _read(data: bytes, kind: Kind) -> str:
    if kind == "TXT":
        parts = []
        while data:
            parts.append(data[1 : 1 + data[0]])
            data = data[1 + data[0] :]
        return b"".join(parts).decode("utf-8", errors="replace")
    if kind == "MX":
        return str(struct.unpack_from("!H", data)[0])
    return socket.inet_ntop(socket.AF_INET if kind == "A" else socket.AF_INET6, data)
