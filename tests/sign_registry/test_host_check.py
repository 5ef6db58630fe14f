"""Nothing is printed for a host that is not this very installation."""

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from pytest_django import Settings

from sign_registry.host_check import WrongHostError, check_host
from sign_registry.installation import answer
from sign_registry.lane.application import Lane

SECRET = "a secret of this installation"


class Host(BaseHTTPRequestHandler):
    """A host that answers as it is told."""

    secret: ClassVar[str] = SECRET
    status: ClassVar[int] = 200
    body: ClassVar[bytes | None] = None
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        challenge = parse_qs(urlsplit(self.path).query)["installation"][0]
        said = json.dumps({"megdan": "x", "answer": answer(self.secret, challenge)}).encode()
        self.send_response(self.status)
        self.send_header("Location", "/S/?installation=elsewhere")
        self.end_headers()
        self.wfile.write(said if self.body is None else self.body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    monkeypatch.setattr(Host, "asked", [])
    server = HTTPServer(("127.0.0.1", 0), Host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Silent(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


def check(server: HTTPServer, scheme: str = "https", secret: str = SECRET) -> None:
    """Ask over plain HTTP, which only a test may."""
    check_host(
        origin=f"{scheme}://127.0.0.1:{server.server_port}",
        secret=secret,
        connect=lambda name, patience_s: HTTPConnection(name, timeout=patience_s),
    )


def test_own_host_is_known_by_its_answer(host: HTTPServer) -> None:
    check(host)
    (path,) = Host.asked
    assert path.startswith("/S/?installation=")


def test_lane_of_this_installation_answers_the_question(settings: Settings) -> None:
    server = make_server("127.0.0.1", 0, Lane(), handler_class=Silent)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    check(server, secret=settings.SECRET_KEY)
    thread.join()
    server.server_close()


def test_each_check_asks_something_new(host: HTTPServer) -> None:
    check(host)
    check(host)
    assert len(set(Host.asked)) == 2


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("secret", "another secret", "another installation"),
        ("status", 404, "status 404"),
        ("status", 302, "status 302"),
        ("body", b"<html>", "another installation"),
        ("body", b"[]", "another installation"),
        ("body", b'{"answer": 5}', "another installation"),
        ("body", '{"answer": "да"}'.encode(), "another installation"),
    ],
)
def test_other_host_is_refused(
    host: HTTPServer, monkeypatch: pytest.MonkeyPatch, name: str, value: object, why: str
) -> None:
    monkeypatch.setattr(Host, name, value)
    with pytest.raises(WrongHostError, match=why):
        check(host)
    assert len(Host.asked) == 1


def test_host_without_https_is_not_even_asked(host: HTTPServer) -> None:
    with pytest.raises(WrongHostError, match="not https"):
        check(host, "http")
    assert not Host.asked


@pytest.mark.parametrize("origin", ["https://town@megdan.example", "https://a.example/path"])
def test_origin_with_more_than_a_host_is_refused(origin: str) -> None:
    with pytest.raises(WrongHostError, match="more than a host"):
        check_host(origin=origin, secret=SECRET)


def test_silent_host_is_refused() -> None:
    with pytest.raises(WrongHostError, match="does not answer"):
        check_host(origin="https://127.0.0.1:9", secret=SECRET)
