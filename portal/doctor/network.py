"""What others see of the installation: names, certificates, mail, the logs of the proxy."""

import re
import shutil
import smtplib
import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parseaddr

from django.conf import settings

from portal.doctor.configuration import LOCAL
from portal.doctor.findings import Finding, fail, ok, unknown, warn
from portal.doctor.resolver import Resolver
from sign_registry.codes import printed_host
from zones.models import Municipality

CERTIFICATE_WARN_DAYS, CERTIFICATE_FAIL_DAYS = 21, 3
_PATIENCE_S = 8.0
_SAMPLE = "Use deploy/nginx/sign-host.conf as it is."
_SERVER = re.compile(r"^\s*server\s*\{", re.MULTILINE)


def hosts() -> list[str]:
    """Public names of the installation and of its signs."""
    named = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host not in LOCAL | {"*"}]
    origins = Municipality.objects.exclude(sign_origin="").values_list("sign_origin", flat=True)
    return sorted({*named, *sign_hosts(list(origins))})


def sign_hosts(origins: list[str]) -> list[str]:
    """Hosts that are printed on signs."""
    return sorted({printed_host(origin) for origin in origins})


def check_names(resolver: Resolver) -> Iterator[Finding]:
    """Each public name leads somewhere."""
    for host in hosts():
        yield name_of(host, resolver)


def name_of(host: str, resolver: Resolver) -> Finding:
    """Whether a host has an address."""
    bare = host.partition(":")[0]
    found = [*resolver.ask(bare, "A"), *resolver.ask(bare, "AAAA")]
    if found:
        return ok(f"name {host}", ", ".join(found))
    return fail(f"name {host}", "has no address", "Add an A or AAAA record where the name is run.")


def check_certificates(now: datetime) -> Iterator[Finding]:
    """Days that the certificate of each public name is still good for."""
    if not settings.MEGDAN_HTTPS:
        yield unknown("certificate", "https is off")
        return
    for host in hosts():
        bare, _, port = host.partition(":")
        yield certificate(bare, int(port or 443), now=now)


def certificate(
    host: str, port: int, *, now: datetime, context: ssl.SSLContext | None = None
) -> Finding:
    """Whether a browser would take the certificate, and for how many days."""
    name = f"certificate {host}"
    trust = context or ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), _PATIENCE_S) as plain,
            trust.wrap_socket(plain, server_hostname=host) as line,
        ):
            said = line.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return fail(name, error.verify_message, "Renew the certificate for exactly this name.")
    except OSError as error:
        return fail(name, f"cannot be asked: {error}", "Start the proxy; open its port.")
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(said["notAfter"])), UTC)
    days = (until - now).days
    told = f"good for {days} days"
    if days < CERTIFICATE_FAIL_DAYS:
        return fail(name, told, "Renew it now; see why the renewal did not run by itself.")
    if days < CERTIFICATE_WARN_DAYS:
        return warn(name, told, "See why the renewal did not run by itself.")
    return ok(name, told)


def check_mail(resolver: Resolver, selector: str) -> Iterator[Finding]:
    """The mail server talks to us, and other servers have reason to believe our letters."""
    yield mail_server()
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    yield from mail_domain(sender, settings.MEGDAN_BOUNCE_DOMAIN or sender, selector, resolver)


def mail_server() -> Finding:
    """A conversation up to the sender, without a letter."""
    name = "mail server"
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    make = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        with make(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=_PATIENCE_S) as line:
            if settings.EMAIL_USE_TLS:
                line.starttls(context=ssl.create_default_context())
            line.ehlo_or_helo_if_needed()
            if settings.EMAIL_HOST_USER:
                line.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            code, words = line.mail(sender)
            offers_tls = line.has_extn("starttls")
    except (OSError, smtplib.SMTPException) as error:
        return fail(name, f"{where}: {error}", "Mend EMAIL_URL or the mail server; letters wait.")
    if code != 250:
        return fail(
            name,
            f"{where} refuses {sender}: {code} {words.decode(errors='replace')}",
            "Have the server take letters from the address of MEGDAN_MAIL_FROM.",
        )
    if offers_tls and not settings.EMAIL_USE_TLS:
        return warn(name, f"{where} offers TLS, unused", "Write EMAIL_URL with smtp+tls://.")
    return ok(name, f"{where} takes letters from {sender}")


def mail_domain(sender: str, envelope: str, selector: str, resolver: Resolver) -> Iterator[Finding]:
    """SPF of the envelope, DKIM and DMARC of the sender."""
    spf = [text for text in resolver.ask(envelope, "TXT") if text.lower().startswith("v=spf1")]
    yield _record("SPF", envelope, spf, "v=spf1 ip4:… -all", most=1)
    dmarc = [
        text
        for text in resolver.ask(f"_dmarc.{sender}", "TXT")
        if text.lower().startswith("v=dmarc1")
    ]
    yield _record("DMARC", f"_dmarc.{sender}", dmarc, "v=DMARC1; p=quarantine; rua=…", most=1)
    if not selector:
        yield unknown("DKIM", "its selector is not known", "Name it: doctor --dkim-selector NAME.")
        return
    place = f"{selector}._domainkey.{sender}"
    keys = [text for text in resolver.ask(place, "TXT") if re.search(r"\bp=[A-Za-z0-9+/]", text)]
    yield _record("DKIM", place, keys, "v=DKIM1; k=rsa; p=…", most=1)


def _record(name: str, place: str, found: list[str], example: str, *, most: int) -> Finding:
    cure = f"Publish one TXT record at {place}: {example} (docs/delivery.md)."
    if not found:
        return warn(name, f"none at {place}", cure)
    if len(found) > most:
        return warn(name, f"{len(found)} at {place}, so none counts", cure)
    return ok(name, found[0][:80])


def check_proxy() -> Iterator[Finding]:
    """The host on signs writes nothing down, where nginx runs on this machine."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    origins = Municipality.objects.exclude(sign_origin="").values_list("sign_origin", flat=True)
    names = sign_hosts(list(origins))
    if program is None or not names:
        yield unknown("logs of the sign host", "no nginx or no sign host here")
        return
    done = subprocess.run(  # noqa: S603 - a fixed program with a fixed argument
        [program, "-T"], capture_output=True, text=True, check=False, timeout=20
    )
    if done.returncode != 0:
        yield unknown("logs of the sign host", "nginx -T refuses", "Run the doctor as root.")
        return
    for host in names:
        yield sign_logs(host, done.stdout)


def sign_logs(host: str, configuration: str) -> Finding:
    """Whether every server of nginx that answers for a sign host has its logs off."""
    name = f"logs of {host}"
    mine = [block for block in servers(configuration) if host in _names(block)]
    if not mine:
        return unknown(name, "nginx here does not answer for it")
    for block in mine:
        logs = re.findall(r"^\s*access_log\s+([^;]+);", block, re.MULTILINE)
        if not logs or any(log.strip() != "off" for log in logs):
            return fail(name, "visits are written down", _SAMPLE)
        if not re.search(r"^\s*error_log\s+/dev/null\s+emerg;", block, re.MULTILINE):
            return fail(name, "faults name the visitor", _SAMPLE)
    return ok(name, "nothing is written down")


def servers(configuration: str) -> Iterator[str]:
    """The text of each `server { … }`."""
    for start in _SERVER.finditer(configuration):
        depth, place = 1, start.end()
        while depth and place < len(configuration):
            depth += {"{": 1, "}": -1}.get(configuration[place], 0)
            place += 1
        yield configuration[start.end() : place]


def _names(block: str) -> list[str]:
    return [name for line in re.findall(r"server_name\s+([^;]+);", block) for name in line.split()]
