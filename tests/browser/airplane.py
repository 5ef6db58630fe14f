"""A wire between the browser and the server that can be cut, or lose answers, as on a real phone.

The switches of a browser leave its service workers online; a cut wire is cut for all.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.stack import free_port

SIP = 65_536


class Wire:
    """Listens on a port of its own and passes bytes on, as long as there is a network."""

    def __init__(self, server: str) -> None:
        """On from the beginning."""
        told = urlsplit(server)
        self.target = (told.hostname or "localhost", told.port or 80)
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.is_cut = False
        # What a request must contain for its answer to be lost.
        self.loses = b""
        self.lost = 0
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("localhost", self.port))
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Airplane mode: what is open breaks off, nothing new begins."""
        self.is_cut = True
        for one in list(self._open):
            _close(one)

    def mend(self) -> None:
        """The network is back."""
        self.is_cut = False
        self.loses = b""

    def end(self) -> None:
        """For good."""
        self.cut()
        _close(self._listening)

    def _listen(self) -> None:
        while True:
            try:
                phone, _address = self._listening.accept()
            except OSError:
                return
            if self.is_cut:
                _close(phone)
                continue
            server = socket.create_connection(self.target)
            self._open |= {phone, server}
            losing = threading.Event()
            for source, sink, is_asked in ((phone, server, True), (server, phone, False)):
                pair = (source, sink, is_asked, losing)
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(
        self, source: socket.socket, sink: socket.socket, is_asked: bool, losing: threading.Event
    ) -> None:
        try:
            while data := source.recv(SIP):
                if is_asked and self.loses and self.loses in data:
                    losing.set()
                if not is_asked and losing.is_set():
                    self.lost += 1
                    self.cut()
                    break
                sink.sendall(data)
        except OSError:
            pass  # the other side broke off
        _close(source)
        _close(sink)
        self._open -= {source, sink}


@contextmanager
def wire_to(server: str) -> Iterator[Wire]:
    """A wire for one test."""
    wire = Wire(server)
    yield wire
    wire.end()


def _close(one: socket.socket) -> None:
    with suppress(OSError):  # was closed already
        one.shutdown(socket.SHUT_RDWR)
    one.close()
