"""A small name server on this machine for tests: it answers from a table over UDP and TCP."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

KINDS = {1: "A", 15: "MX", 16: "TXT", 28: "AAAA"}
Table = dict[tuple[str, str], list[bytes]]


def text(words: str) -> bytes:
    """The form of a TXT record: pieces of at most 255 bytes."""
    data = words.encode()
    pieces = [data[at : at + 255] for at in range(0, len(data), 255)]
    return b"".join(bytes([len(piece)]) + piece for piece in pieces)


def answer(question: bytes, table: Table, *, most: int) -> bytes:
    """The reply to one question; cut off, and saying so, where it would be longer than `most`."""
    labels, place = [], 12
    while question[place]:
        labels.append(question[place + 1 : place + 1 + question[place]].decode())
        place += 1 + question[place]
    kind = struct.unpack_from("!H", question, place + 1)[0]
    found = table.get((".".join(labels), KINDS[kind]), [])
    asked = question[12 : place + 5]
    body = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(v)) + v for v in found)
    code = 0 if found else 3
    if 12 + len(asked) + len(body) > most:
        return question[:2] + struct.pack("!5H", 0x8380, 1, 0, 0, 0) + asked
    return question[:2] + struct.pack("!5H", 0x8180 | code, 1, len(found), 0, 0) + asked + body


@contextmanager
def serving(table: Table) -> Iterator[int]:
    """Answer until the block ends; its port."""

    class OverUdp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            question, line = self.request
            line.sendto(answer(question, table, most=512), self.client_address)

    class OverTcp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            (length,) = struct.unpack("!H", self.rfile.read(2))
            reply = answer(self.rfile.read(length), table, most=65_000)
            self.wfile.write(struct.pack("!H", len(reply)) + reply)

    with (
        socketserver.ThreadingUDPServer(("127.0.0.1", 0), OverUdp) as udp,
        socketserver.ThreadingTCPServer(udp.server_address, OverTcp) as tcp,
    ):
        for server in (udp, tcp):
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield int(udp.server_address[1])
        for server in (udp, tcp):
            server.shutdown()
