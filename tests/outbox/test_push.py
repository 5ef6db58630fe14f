"""Messages to phones: sealed for one browser, signed, and posted to services of browsers only."""

import base64
import datetime as dt
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import http_ece  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ValidationError
from py_vapid import Vapid02  # type: ignore[import-untyped]
from pytest_django import Settings

from outbox.calling import HttpLine
from outbox.delivery import Outcome, deliver_next, round_of_deliveries
from outbox.models import OutboxMessage, PushAddress
from outbox.push import MOST_BYTES, payload
from outbox.push_hosts import push_endpoint
from outbox.retrying import WAITS
from outbox.services import enqueue_push, forget_push_address, remember_push_address
from outbox.vapid import key_file, make_key, public_key
from tests.factories.outbox import WRITTEN_AT, OutboxMessageFactory
from tests.outbox.http_server import HttpServer, running_http_server

NOW = WRITTEN_AT
PAGE = "https://town.example/piatra/news/7/"


def written(raw: bytes) -> str:
    """As browsers write bytes."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Browser:
    """A browser with keys of its own, that can open what was sealed for it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"sixteen bytes ok"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.p256dh, self.auth = written(point), written(self.secret)

    def open(self, content: bytes) -> dict[str, Any]:
        """What was sealed."""
        opened = http_ece.decrypt(content, private_key=self.key, auth_secret=self.secret)
        return json.loads(opened)  # type: ignore[no-any-return]


@pytest.fixture
def service(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HttpServer]:
    """A push service with a certificate this machine trusts, and the key of the installation."""
    settings.VAR_DIR, settings.MEGDAN_VAPID_KEY = tmp_path, ""
    make_key()
    with running_http_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        settings.MEGDAN_PUSH_HOSTS = [f"localhost:{server.port}"]
        yield server


@pytest.fixture
def browser() -> Browser:
    """Whose owner consented."""
    return Browser()


@pytest.fixture
def address(service: HttpServer, browser: Browser, db: None) -> PushAddress:
    """Where the browser takes messages."""
    return remember_push_address(
        endpoint=f"https://localhost:{service.port}/push/abc",
        p256dh=browser.p256dh,
        auth=browser.auth,
        now=NOW,
    )


def write(address: PushAddress, **changes: Any) -> OutboxMessage:
    """News, changed as wanted."""
    fields = {"title": "Apă oprită", "body": "Mâine, 8–14.", "url": PAGE, "kind": "notice"}
    return enqueue_push(address=address, now=NOW, **{**fields, **changes})


def test_only_the_browser_can_read_it(
    service: HttpServer, browser: Browser, address: PushAddress
) -> None:
    message = write(address)
    assert deliver_next(now=NOW) is Outcome.SENT
    posted = service.got[0]
    assert posted.path == "/push/abc"
    assert posted.headers["Content-Encoding"] == "aes128gcm"
    assert int(posted.headers["TTL"]) > 0
    assert len(posted.headers["Topic"]) <= 32
    assert "oprit" not in posted.body.decode("latin-1")
    assert browser.open(posted.body) == {
        "title": "Apă oprită",
        "body": "Mâine, 8–14.",
        "url": PAGE,
        "tag": message.reference.hex,
        "lang": "",
    }


def test_the_service_can_prove_who_posts(service: HttpServer, address: PushAddress) -> None:
    write(address)
    deliver_next(now=NOW)
    scheme, _, parts = service.got[0].headers["Authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in parts.split(","))
    assert (scheme, given["k"]) == ("vapid", public_key())
    assert Vapid02.verify(f"vapid t={given['t']},k={given['k']}")
    claims = json.loads(base64.urlsafe_b64decode(given["t"].split(".")[1] + "=="))
    assert claims["aud"] == f"https://localhost:{service.port}"
    assert claims["sub"].startswith("mailto:")
    assert 0 < claims["exp"] - dt.datetime.now(dt.UTC).timestamp() <= 24 * 3600


def test_a_round_keeps_its_line(service: HttpServer, address: PushAddress) -> None:
    for _ in range(3):
        write(address)
    with round_of_deliveries(NOW) as within:
        assert [deliver_next(now=NOW, within=within) for _ in range(3)] == [Outcome.SENT] * 3
    assert (len(service.got), service.connections) == (3, 1)


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_gets_nothing_more(
    service: HttpServer, address: PushAddress, status: int
) -> None:
    service.status = status
    first, second = write(address), write(address)
    assert deliver_next(now=NOW) is Outcome.GIVEN_UP
    address.refresh_from_db()
    assert address.gone_at == NOW
    assert deliver_next(now=NOW) is Outcome.GIVEN_UP
    assert len(service.got) == 1
    assert set(OutboxMessage.objects.dead()) == {first, second}
    with pytest.raises(ValidationError) as refusal:
        write(address)
    assert refusal.value.code == "gone"


@pytest.mark.parametrize("status", [429, 500, 503, 401, 403])
def test_a_busy_service_is_asked_again(
    service: HttpServer, address: PushAddress, status: int
) -> None:
    service.status = status
    message = write(address)
    assert deliver_next(now=NOW) is Outcome.POSTPONED
    message.refresh_from_db()
    assert message.next_attempt_at == NOW + WAITS[0]
    service.status = 201
    assert deliver_next(now=message.next_attempt_at) is Outcome.SENT


def test_a_service_says_how_long_to_wait(service: HttpServer, address: PushAddress) -> None:
    service.status, service.headers = 429, {"Retry-After": "900"}
    message = write(address)
    deliver_next(now=NOW)
    message.refresh_from_db()
    assert message.next_attempt_at == NOW + dt.timedelta(minutes=15)


def test_no_redirect_is_followed(service: HttpServer, address: PushAddress) -> None:
    service.status, service.headers = 307, {"Location": f"https://localhost:{service.port}/other"}
    write(address)
    assert deliver_next(now=NOW) is Outcome.GIVEN_UP
    assert [one.path for one in service.got] == ["/push/abc"]


def test_a_forged_certificate_is_not_believed(
    service: HttpServer, address: PushAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    write(address)
    assert deliver_next(now=NOW) is Outcome.POSTPONED
    assert service.got == []


def test_without_a_key_messages_wait(
    service: HttpServer, address: PushAddress, settings: Settings
) -> None:
    key_file().unlink()
    write(address)
    assert deliver_next(now=NOW) is Outcome.UNREACHABLE
    assert public_key() == ""


def test_the_key_is_made_once_and_only_we_read_it(tmp_path: Path, settings: Settings) -> None:
    settings.VAR_DIR, settings.MEGDAN_VAPID_KEY = tmp_path, ""
    assert make_key()
    first = public_key()
    assert not make_key()
    assert public_key() == first
    assert len(base64.urlsafe_b64decode(first + "=")) == 65
    assert key_file().stat().st_mode & 0o777 == 0o600
    settings.MEGDAN_VAPID_KEY = key_file().read_text()
    key_file().unlink()
    assert (make_key(), public_key()) == (False, first)


def test_a_long_text_is_cut_to_what_services_take() -> None:
    message = OutboxMessageFactory.build(subject="Ț" * 300, body="ă" * 9000, link="https://t/" * 40)
    content = payload(message)
    assert len(content) <= MOST_BYTES
    assert json.loads(content)["body"].endswith("…")


def test_an_address_is_remembered_once_and_comes_back(
    service: HttpServer, address: PushAddress, browser: Browser
) -> None:
    PushAddress.objects.update(gone_at=NOW)
    again = remember_push_address(
        endpoint=address.endpoint, p256dh=browser.p256dh, auth=browser.auth, now=NOW
    )
    assert (again, again.gone_at) == (address, None)
    write(address)
    forget_push_address(endpoint=address.endpoint)
    assert deliver_next(now=NOW) is Outcome.GIVEN_UP
    assert service.got == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [("", ""), ("AAAA", "c2l4dGVlbiBieXRlcyBvaw"), ("!", "!"), (None, "AAAA")],
)
def test_unusable_keys_are_refused(browser: Browser, p256dh: str | None, auth: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        remember_push_address(
            endpoint="https://fcm.googleapis.com/fcm/send/a",
            p256dh=browser.p256dh if p256dh is None else p256dh,
            auth=auth,
            now=NOW,
        )
    assert refusal.value.code == "bad_keys"


KNOWN = [
    "https://fcm.googleapis.com/fcm/send/dQw4:APA91bH_x-y",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABm",
    "https://eu.push.services.mozilla.com/wpush/v1/x",
    "https://web.push.apple.com/QGx_y",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2bx",
    "https://fcm.googleapis.com:443/fcm/send/x",
]
STRANGE = [
    "http://fcm.googleapis.com/fcm/send/x",
    "https://fcm.googleapis.com",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com:22/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evil-fcm.googleapis.com/x",
    "https://evil.example/fcm.googleapis.com/x",
    "https://evil.example/?https://fcm.googleapis.com/",
    "https://evil.example#@fcm.googleapis.com/",
    "https://evil.example\\@fcm.googleapis.com/",
    "https://fcm.googleapis.com\\@evil.example/",
    "https://fcm.googleapis.com@evil.example/",
    "https://user:pass@fcm.googleapis.com/",
    "https://fcm.googleapis.com/x#fragment",
    "https://fcm.googleapis.com/x\r\nHost: evil.example",
    "https://fcm.googleapis.com/x y",
    "https://fcm.googleapis.com/x\ty",
    "https://fcm.googleapis.com/ă",
    " https://fcm.googleapis.com/x",
    "https://fcm.googleapis.com/x\n",
    "https://FCM.googleapis.com/x",
    "https://fcm.googleapis.com./x",
    "https://fcm。googleapis.com/x",
    "https://ｆcm.googleapis.com/x",
    "https://push.apple.com/x",
    "https://notify.windows.com/x",
    "https://push.services.mozilla.com/x",
    "https://evilpush.apple.com/x",
    "https://.push.apple.com/x",
    "https://a..push.apple.com/x",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0/x",
    "https://localhost/x",
    "https://localhost:6379/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://metadata.google.internal/x",
    "https://10.0.0.1/x",
    "https:/fcm.googleapis.com/x",
    "https:///fcm.googleapis.com/x",
    "//fcm.googleapis.com/x",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp://fcm.googleapis.com/x",
    "javascript:alert(1)",
    "",
    "https://fcm.googleapis.com/" + "x" * 1000,
]


@pytest.mark.parametrize("endpoint", KNOWN)
def test_services_of_browsers_are_known(endpoint: str) -> None:
    found = push_endpoint(endpoint)
    assert found is not None
    assert endpoint.replace(":443", "") == found.origin + found.path


@pytest.fixture
def no_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would be called, or looked up by name."""
    called: list[str] = []
    monkeypatch.setattr(HttpLine, "post", lambda _self, address, *_, **__: called.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: called.append(str(host)))
    return called


@pytest.mark.django_db
@pytest.mark.parametrize("endpoint", STRANGE)
def test_no_other_address_is_called(
    endpoint: str, browser: Browser, no_calls: list[str], settings: Settings
) -> None:
    with pytest.raises(ValidationError) as refusal:
        remember_push_address(endpoint=endpoint, p256dh=browser.p256dh, auth=browser.auth, now=NOW)
    assert refusal.value.code == "unknown_push_service"
    stored = PushAddress.objects.create(
        endpoint=endpoint[:1000], p256dh=browser.p256dh, auth=browser.auth, created_at=NOW
    )
    if len(endpoint) <= 1000:
        message = OutboxMessageFactory.create(channel="push", push_address=stored, recipient="x")
        assert deliver_next(now=NOW) is Outcome.GIVEN_UP
        message.refresh_from_db()
        assert "no known push service" in message.last_error
    assert no_calls == []
