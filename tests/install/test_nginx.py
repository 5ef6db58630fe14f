"""The sample nginx of the public host, run as it is in front of a program that notes what it hears.

The program behind is a stand-in of a few lines: what is shown here is what the proxy does.
"""

import gzip
import http.client
import json
import os
import re
import signal
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from deploy.local import accounts, processes
from deploy.local.places import ROOT
from tests.anonymity.proxy import AROUND, program
from tests.install.hall import until
from tests.portal.test_doctor_network import certificate
from tests.stack import free_port

pytestmark = [
    pytest.mark.install,
    pytest.mark.skipif(program() is None, reason="nginx is not installed"),
]
SAMPLE = ROOT / "deploy/nginx/megdan.conf"
TILE = "/town/tiles/zones/12/2300/1500.mvt"
VERSIONED = f"{TILE}?v=7"


class Behind:
    """Answers like the program and remembers what was asked."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        self.heard.append(environ)
        path = environ["PATH_INFO"]
        if path.endswith(".mvt"):
            return self.tile(environ, start)
        headers = [("Content-Type", "text/plain"), ("Cache-Control", "private, no-store")]
        if path == "/photo":
            headers += [
                ("X-Accel-Redirect", "/protected/submissions/photo.jpg"),
                ("Content-Disposition", 'inline; filename="1.jpg"'),
            ]
        if environ["REQUEST_METHOD"] == "POST":
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start("200 OK", headers)
        return [json.dumps(sorted(key for key in environ if key.startswith("HTTP_"))).encode()]

    def tile(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        age = "31536000, immutable" if "v=" in environ["QUERY_STRING"] else "60"
        start(
            "200 OK",
            [
                ("Content-Type", "application/vnd.mapbox-vector-tile"),
                ("Cache-Control", f"public, max-age={age}"),
                ("Content-Encoding", "gzip"),
                ("ETag", 'W/"abc"'),
                ("Vary", "Accept-Language, Cookie"),
                ("Set-Cookie", "sessionid=of-somebody"),
            ],
        )
        return [gzip.compress(b"tile")]


class Silent(WSGIRequestHandler):
    """Without a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def behind() -> Iterator[tuple[Behind, WSGIServer]]:
    app = Behind()
    with make_server("127.0.0.1", 0, app, handler_class=Silent) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield app, server
        server.shutdown()


@pytest.fixture(scope="module")
def ports(
    behind: tuple[Behind, WSGIServer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, int]]:
    """nginx with the sample: its ports for http and https."""
    home = tmp_path_factory.mktemp("nginx")
    (home / "nginx").mkdir()
    (home / "media/submissions").mkdir(parents=True)
    (home / "media/submissions/photo.jpg").write_bytes(b"photo")
    (home / "static").mkdir()
    (home / "static/app.0123.js").write_text("let a")
    found = {"http": free_port(), "https": free_port()}
    text = _adapted(SAMPLE.read_text("utf-8"), home, found, behind[1].server_port)
    around = AROUND.format(home=home, server=text)
    if os.geteuid() != 0:
        around = around.replace("user root;\n", "")
    configuration = home / "nginx/nginx.conf"
    configuration.write_text(around)
    process = accounts.start(
        [str(program()), "-p", str(home / "nginx"), "-c", str(configuration)],
        cwd=home,
        env={"PATH": os.defpath},
        log=home / "started.log",
    )
    try:
        until(lambda: _listens(found["https"]), f"nginx: {home}/started.log")
        yield found
    finally:
        processes.stop(process, signal.SIGQUIT)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _adapted(text: str, home: Path, ports: dict[str, int], behind: int) -> str:
    """The sample on ports and folders of this test, and not a word else."""
    pem = certificate(home, 30)
    changes = {
        r"\s*listen \[::\]:[^;]*;": "",
        r"listen 80;": f"listen 127.0.0.1:{ports['http']};",
        r"listen 443 ssl": f"listen 127.0.0.1:{ports['https']} ssl",
        r"ssl_certificate(_key)? [^;]*;": rf"ssl_certificate\1 {pem};",
        r"127\.0\.0\.1:8000": f"127.0.0.1:{behind}",
        r"/var/lib/megdan": str(home),
        r"/var/cache/nginx/megdan": str(home / "cache"),
    }
    for pattern, instead in changes.items():
        text, count = re.subn(pattern, instead, text)
        assert count, pattern
    return text


def ask(
    ports: dict[str, int], path: str, *, body: bytes | None = None, **headers: str
) -> http.client.HTTPResponse:
    context = ssl._create_unverified_context()
    line = http.client.HTTPSConnection("127.0.0.1", ports["https"], context=context, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    line.request("POST" if body is not None else "GET", path, body=body, headers=named)
    answer = line.getresponse()
    answer.text = answer.read()  # type: ignore[attr-defined]
    line.close()
    return answer


def test_plain_http_is_sent_to_https(ports: dict[str, int]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", ports["http"], timeout=20)
    line.request("GET", "/town/?a=1")
    answer = line.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, "https://town.example/town/?a=1")
    line.close()


def test_what_a_visitor_says_of_the_way_is_dropped(
    ports: dict[str, int], behind: tuple[Behind, WSGIServer]
) -> None:
    ask(
        ports,
        "/town/",
        X_Forwarded_For="198.51.100.7",
        X_Forwarded_Proto="http",
        X_Forwarded_Host="evil.example",
        Forwarded="for=1",
    )
    heard = behind[0].heard[-1]
    assert heard["HTTP_X_FORWARDED_FOR"] == "127.0.0.1"
    assert heard["HTTP_X_FORWARDED_PROTO"] == "https"
    assert not {"HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST"} & heard.keys()


def test_a_tile_is_asked_for_once_and_carries_nothing_of_a_visitor(
    ports: dict[str, int], behind: tuple[Behind, WSGIServer]
) -> None:
    before = len(behind[0].heard)
    first = ask(ports, VERSIONED, Cookie="sessionid=secret", Authorization="Bearer x")
    second = ask(ports, VERSIONED, Accept_Encoding="gzip", Accept_Language="bg")
    assert [a.getheader("X-Cache") for a in (first, second)] == ["MISS", "HIT"]
    assert first.text == b"tile"  # type: ignore[attr-defined]
    assert gzip.decompress(second.text) == b"tile"  # type: ignore[attr-defined]
    assert second.getheader("ETag") == 'W/"abc"'
    assert not first.getheader("Set-Cookie")
    assert not second.getheader("Set-Cookie")
    heard = behind[0].heard[before:]
    assert len(heard) == 1
    assert not {"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_ACCEPT_LANGUAGE"} & heard[0].keys()


def test_a_known_etag_is_answered_by_the_proxy(ports: dict[str, int]) -> None:
    ask(ports, VERSIONED)
    assert ask(ports, VERSIONED, If_None_Match='W/"abc"').status == 304


def test_a_page_is_never_kept(ports: dict[str, int], behind: tuple[Behind, WSGIServer]) -> None:
    before = len(behind[0].heard)
    for _ in range(2):
        assert ask(ports, "/town/me/").getheader("X-Cache") is None
    assert len(behind[0].heard) == before + 2


def test_an_allowed_file_keeps_its_headers_of_safety(ports: dict[str, int]) -> None:
    answer = ask(ports, "/photo")
    assert answer.text == b"photo"  # type: ignore[attr-defined]
    assert answer.getheader("Content-Disposition") == 'inline; filename="1.jpg"'
    assert answer.getheader("Cache-Control") == "private, no-store"
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Content-Security-Policy") == "default-src 'none'; sandbox"


@pytest.mark.parametrize("path", ["/protected/submissions/photo.jpg", "/metrics", "/S/A", "/s/a"])
def test_what_this_host_does_not_show(ports: dict[str, int], path: str) -> None:
    assert ask(ports, path).status == 404


@pytest.mark.parametrize("between", ["/static../", "/static/../", "/static/%2e%2e/"])
def test_no_way_leads_around_the_program_to_an_upload(ports: dict[str, int], between: str) -> None:
    answer = ask(ports, f"{between}media/submissions/photo.jpg")
    assert answer.text != b"photo"  # type: ignore[attr-defined]


def test_static_files_come_from_the_disk_for_a_year(ports: dict[str, int]) -> None:
    answer = ask(ports, "/static/app.0123.js")
    assert answer.text == b"let a"  # type: ignore[attr-defined]
    assert "immutable" in ", ".join(answer.headers.get_all("Cache-Control") or [])
    assert answer.getheader("Strict-Transport-Security")


def test_a_body_that_is_too_long_does_not_reach_the_program(
    ports: dict[str, int], behind: tuple[Behind, WSGIServer]
) -> None:
    before = len(behind[0].heard)
    assert ask(ports, "/town/report/", body=b"x", Content_Length=str(65 * 2**20)).status == 413
    assert len(behind[0].heard) == before
