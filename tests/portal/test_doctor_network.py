"""The doctor asks real servers on this machine: names, certificates, mail; and reads nginx."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from deploy.local.places import ROOT
from portal.doctor import network
from portal.doctor.resolver import Resolver, ResolverError
from tests.portal.name_server import serving, text
from tests.stack import free_port

NOW = dt.datetime.now(dt.UTC)
SIGNS = (ROOT / "deploy/nginx/sign-host.conf").read_text("utf-8")


@pytest.fixture(scope="module")
def resolver() -> Iterator[Resolver]:
    table = {
        ("town.example", "A"): [bytes([192, 0, 2, 10])],
        ("town.example", "TXT"): [text("v=spf1 ip4:192.0.2.10 -all"), text("something else")],
        ("_dmarc.town.example", "TXT"): [text("v=DMARC1; p=reject")],
        ("m1._domainkey.town.example", "TXT"): [text("v=DKIM1; k=rsa; p=" + "A" * 700)],
        ("two.example", "TXT"): [text("v=spf1 -all"), text("v=spf1 mx -all")],
    }
    with serving(table) as port:
        yield Resolver("127.0.0.1", port)


class TestNames:
    def test_a_name_with_an_address(self, resolver: Resolver) -> None:
        found = network.name_of("town.example:8443", resolver)
        assert (found.state, found.found) == ("ok", "192.0.2.10")

    def test_a_name_without_one(self, resolver: Resolver) -> None:
        assert network.name_of("nowhere.example", resolver).state == "fail"

    def test_a_long_answer_comes_over_tcp(self, resolver: Resolver) -> None:
        (key,) = resolver.ask("m1._domainkey.town.example", "TXT")
        assert key.endswith("A" * 700)

    def test_nobody_answers(self) -> None:
        with pytest.raises(ResolverError):
            Resolver("127.0.0.1", free_port()).ask("town.example", "A")

    def test_host_of_signs_is_asked_as_well(self) -> None:
        assert network.sign_hosts(["HTTPS://SIGNS.TOWN.EXAMPLE"]) == ["signs.town.example"]


class TestDomainOfMail:
    def states(self, resolver: Resolver, domain: str, selector: str = "") -> dict[str, str]:
        found = network.mail_domain(domain, domain, selector, resolver)
        return {one.name: one.state for one in found}

    def test_all_three(self, resolver: Resolver) -> None:
        found = self.states(resolver, "town.example", "m1")
        assert found == {"SPF": "ok", "DMARC": "ok", "DKIM": "ok"}

    def test_none(self, resolver: Resolver) -> None:
        found = self.states(resolver, "nowhere.example", "m1")
        assert found == {"SPF": "warn", "DMARC": "warn", "DKIM": "warn"}

    def test_two_of_one_kind_count_as_none(self, resolver: Resolver) -> None:
        assert self.states(resolver, "two.example")["SPF"] == "warn"

    def test_without_a_selector_dkim_is_not_guessed(self, resolver: Resolver) -> None:
        assert self.states(resolver, "town.example")["DKIM"] == "not checked"


def certificate(folder: Path, days: int) -> Path:
    """A throwaway certificate for localhost with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - dt.timedelta(days=90))
        .not_valid_after(NOW + dt.timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.mark.parametrize(
    ("days", "is_trusted", "state"),
    [
        (60, True, "ok"),
        (10, True, "warn"),
        (1, True, "fail"),
        (-1, True, "fail"),
        (60, False, "fail"),
    ],
)
def test_a_certificate_is_counted_in_days(
    tmp_path: Path, days: int, is_trusted: bool, state: str
) -> None:
    path = certificate(tmp_path, days)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(path)

    def greet(listener: socket.socket) -> None:
        plain, _ = listener.accept()
        with plain:
            try:
                ours.wrap_socket(plain, server_side=True).close()
            except OSError:
                return  # the guest did not like what it saw

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=greet, args=(listener,))
        server.start()
        trust = ssl.create_default_context(cafile=path if is_trusted else None)
        found = network.certificate("localhost", listener.getsockname()[1], now=NOW, context=trust)
        server.join()
    assert found.state == state, found


def test_a_port_that_is_closed() -> None:
    assert network.certificate("localhost", free_port(), now=NOW).state == "fail"


class Picky:
    """A mail server that takes letters from one address alone."""

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address != "megdan@town.example":
            return "553 not from you"
        envelope.mail_from = address
        return "250 OK"


class TestMailServer:
    @pytest.fixture
    def server(self, settings: Settings) -> Iterator[Controller]:
        made = Controller(Picky(), hostname="127.0.0.1", port=free_port())
        made.start()
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = ""
        settings.DEFAULT_FROM_EMAIL = "Town <megdan@town.example>"
        yield made
        made.stop()

    @pytest.mark.usefixtures("server")
    def test_it_takes_our_letters(self) -> None:
        found = network.mail_server()
        assert found.state == "ok", found

    @pytest.mark.usefixtures("server")
    def test_it_refuses_our_sender(self, settings: Settings) -> None:
        settings.DEFAULT_FROM_EMAIL = "Town <other@town.example>"
        assert "553" in network.mail_server().found

    @pytest.mark.usefixtures("server")
    def test_it_has_no_tls_though_we_want_it(self, settings: Settings) -> None:
        settings.EMAIL_USE_TLS = True
        assert network.mail_server().state == "fail"

    def test_it_is_not_there(self, settings: Settings) -> None:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
        assert network.mail_server().state == "fail"

    def test_tls_that_is_offered_and_not_used(self, settings: Settings, tmp_path: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(tmp_path, 60))
        made = Controller(Picky(), hostname="127.0.0.1", port=free_port(), tls_context=context)
        made.start()
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        settings.EMAIL_USE_TLS = False
        settings.DEFAULT_FROM_EMAIL = "megdan@town.example"
        found = network.mail_server()
        made.stop()
        assert found.state == "warn", found


class TestLogsOfTheProxy:
    HOST = "signs.town.example"

    def test_the_sample_is_well(self) -> None:
        assert network.sign_logs(self.HOST, SIGNS).state == "ok"

    @pytest.mark.parametrize(
        ("line", "instead"),
        [
            ("access_log off;", ""),
            ("access_log off;", "access_log /var/log/nginx/signs.log;"),
            ("error_log /dev/null emerg;", ""),
            ("    location / {", "    location / {\n        access_log /tmp/visits;"),
        ],
    )
    def test_a_log_is_found(self, line: str, instead: str) -> None:
        assert line in SIGNS
        assert network.sign_logs(self.HOST, SIGNS.replace(line, instead)).state == "fail"

    def test_a_log_of_another_host_is_its_own_business(self) -> None:
        other = "server {\n  server_name other.example;\n  access_log /var/log/x;\n}\n"
        assert network.sign_logs(self.HOST, other + SIGNS).state == "ok"
        assert network.sign_logs("third.example", other).state == "not checked"
