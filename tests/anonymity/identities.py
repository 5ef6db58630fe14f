"""Canaries: visitors whose every trace is known in advance, in all the ways it could be written."""

import base64
import hashlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

# Nobody else lives in these networks of the loopback; neither byte is 10, which ends a line.
NETWORK, DECOYS = "127.77", "127.78"
HOSTS = 200
# A digest that was cut short is still one: so many bytes of it are looked for.
CUT = 8


@dataclass(frozen=True, slots=True)
class Visitor:
    """A device: its network address and everything its browser says about it."""

    number: int
    address: str

    def says(self, name: str) -> str:
        """A value only this device ever sends."""
        return f"canary{name}q{self.number:04d}w{self.number * 7919 % 9973:04d}"

    def headers(self, cookie: str = "") -> dict[str, str]:
        """What the browser sends along, unasked."""
        session = f"; sessionid={cookie}" if cookie else ""
        return {
            "User-Agent": f"Mozilla/5.0 ({self.says('agent')})",
            "Cookie": f"device={self.says('cookie')}{session}",
            "Referer": f"https://{self.says('referer')}.example/{self.says('page')}",
            "Accept-Language": f"ro;q=0.9, x-{self.says('tongue')};q=0.1",
            "X-Forwarded-For": f"{self.says('hop')}, {self.address}",
            "X-Request-ID": self.says("request"),
            "Authorization": f"Bearer {self.says('bearer')}",
        }

    @property
    def words(self) -> list[str]:
        """Everything that names it except the address."""
        names = ["agent", "cookie", "referer", "page", "tongue", "hop", "request", "bearer"]
        return [self.says(name) for name in names]


def visitors(network: str = NETWORK, count: int = HOSTS) -> list[Visitor]:
    """Devices with different addresses, spread over the network."""
    return [
        Visitor(number, f"{network}.{20 + number % 97}.{30 + number * 37 % 223}")
        for number in range(count)
    ]


def written(visitor: Visitor) -> Iterator[tuple[str, bytes]]:
    """Each way of writing the address and the words: the name of the way, and the bytes."""
    yield from _address(visitor.address)
    yield from _networks(visitor.address)
    for word in visitor.words:
        yield from _text(word)


def session_written(session: str) -> Iterator[tuple[str, bytes]]:
    """Each way of writing a session key."""
    return _text(session)


def _address(address: str) -> Iterator[tuple[str, bytes]]:
    packed = socket.inet_aton(address)
    parts = address.split(".")
    yield from _text(address)
    yield from _digests(packed, "packed")
    yield "decimal number", str(int.from_bytes(packed, "big")).encode()
    yield "decimal number, other order", str(int.from_bytes(packed, "little")).encode()
    yield "hexadecimal", packed.hex().encode()
    yield "HEXADECIMAL", packed.hex().upper().encode()
    yield "hexadecimal with points", ".".join(f"{byte:02x}" for byte in packed).encode()
    yield "padded with zeros", ".".join(part.zfill(3) for part in parts).encode()
    yield "name of the reverse zone", ".".join(reversed(parts)).encode()
    yield "four bytes", packed
    yield "four bytes, other order", packed[::-1]
    yield "column of type inet", b"\x02\x20" + packed
    yield "mapped to IPv6, sixteen bytes", bytes(10) + b"\xff\xff" + packed
    yield "mapped to IPv6, text", f"::ffff:{packed[:2].hex()}:".encode()
    yield "base64 of four bytes", base64.b64encode(packed).rstrip(b"=")
    yield "base32 of four bytes", base64.b32encode(packed).rstrip(b"=")


def _networks(address: str) -> Iterator[tuple[str, bytes]]:
    """An address made coarser is still a trace: the networks /24 and /16 around it."""
    parts = address.split(".")
    for length, kept in ((24, 3), (16, 2)):
        name = f"network /{length}"
        whole = ".".join([*parts[:kept], *["0"] * (4 - kept)])
        packed = socket.inet_aton(whole)
        yield f"text of the {name}", (".".join(parts[:kept]) + ".").encode()
        yield f"decimal number of the {name}", str(int.from_bytes(packed, "big")).encode()
        yield f"column of type inet, {name}", bytes((2, length)) + packed
        yield from _digests(whole.encode(), name)
        yield from _digests(packed, f"packed {name}")


def _text(text: str) -> Iterator[tuple[str, bytes]]:
    plain = text.encode()
    yield "text", plain
    yield "text backwards", plain[::-1]
    yield "UTF-16", text.encode("utf-16-le")
    yield "hexadecimal of the text", plain.hex().encode()
    yield "HEXADECIMAL of the text", plain.hex().upper().encode()
    yield "base32 of the text", base64.b32encode(plain).rstrip(b"=")
    yield "every sign percent-encoded", "".join(f"%{byte:02X}" for byte in plain).encode()
    if quote(text, safe="") != text:
        yield "percent-encoded", quote(text, safe="").encode()
    if "." in text:
        yield "points percent-encoded", text.replace(".", "%2E").encode()
    for shift in range(3):
        # Inside a longer text the groups of three begin anywhere; their edges are left out.
        inside = base64.b64encode(bytes(shift) + plain)[4:-4]
        yield f"base64 of the text, shifted by {shift}", inside
    yield from _digests(plain, "text")


def _digests(plain: bytes, what: str) -> Iterator[tuple[str, bytes]]:
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s"):
        digest = hashlib.new(name, plain).digest()[:CUT]
        yield f"{name} of the {what}", digest
        yield f"{name} of the {what}, hexadecimal", digest.hex().encode()
        yield f"{name} of the {what}, HEXADECIMAL", digest.hex().upper().encode()
        yield f"{name} of the {what}, base64", base64.b64encode(digest)[:10]
