"""Whether the settings are those of an installation with real people in it."""

from collections.abc import Iterator

from django.conf import settings

from portal.doctor.findings import Finding, fail, ok, warn

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
KEY_LENGTH = 50


def check_configuration() -> Iterator[Finding]:
    """One finding for each setting that decides about safety."""
    yield _key(settings.SECRET_KEY)
    yield _hosts(settings.ALLOWED_HOSTS)
    for name, is_well, found, cure in _switches():
        yield ok(name, "as it should be") if is_well else fail(name, found, cure)
    if settings.MEGDAN_SOURCE_URL:
        yield ok("source", settings.MEGDAN_SOURCE_URL)
    else:
        yield warn(
            "source", "pages do not say where their source is", "Set MEGDAN_SOURCE_URL (AGPL)."
        )


def _key(key: str) -> Finding:
    if len(key) >= KEY_LENGTH and len(set(key)) > 5:
        return ok("secret key", f"{len(key)} characters")
    return fail(
        "secret key",
        "short or monotonous",
        "Set MEGDAN_SECRET_KEY to at least 50 random characters (docs/settings.md).",
    )


def _hosts(hosts: list[str]) -> Finding:
    if "*" in hosts:
        return fail(
            "hosts", "every name is answered", "Name the real hosts in MEGDAN_HOSTS, without *."
        )
    public = [host for host in hosts if host not in LOCAL]
    if not public:
        return fail("hosts", "only this machine is answered", "Name the public host: MEGDAN_HOSTS.")
    return ok("hosts", ", ".join(public))


def _switches() -> list[tuple[str, bool, str, str]]:
    """Name, whether it is well, what is wrong otherwise, and its cure."""
    return [
        (
            "https",
            settings.MEGDAN_HTTPS,
            "pages and cookies travel readable",
            "Set MEGDAN_HTTPS=1 behind a proxy that ends TLS.",
        ),
        (
            "second factor",
            settings.MEGDAN_STAFF_SECOND_FACTOR or settings.MEGDAN_OIDC_SECOND_FACTOR,
            "staff sign in by a letter alone",
            "Set MEGDAN_STAFF_SECOND_FACTOR=1.",
        ),
        (
            "demo",
            not settings.MEGDAN_DEMO,
            "anybody signs in as anybody",
            "Set MEGDAN_DEMO=0; never use a database of the demo for real people.",
        ),
        (
            "debug",
            not settings.DEBUG,
            "error pages show the inside of the program",
            "Set MEGDAN_DEBUG=0.",
        ),
    ]
