"""What programs are told about this site: its lasting pages, what to leave alone, whom to write."""

import datetime as dt
from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.conf import settings

from zones.models import Municipality

#: Lasting pages for everybody below /<slug>/, with the module each needs.
PAGES = (
    ("", ""),
    ("help/", ""),
    ("questions/", ""),
    ("about/", ""),
    ("accessibility/", ""),
    ("privacy/", ""),
    ("data/", ""),
    ("zones/", ""),
    ("streets/", ""),
    ("sites/", "ratings"),
    ("open/geodata/", ""),
    ("open/ratings/", "ratings"),
    ("report/", "reports"),
    ("reports/", "reports"),
    ("ledger/", "reports"),
    ("news/", "notices"),
    ("join/", "notices"),
    ("consultations/", "consultations"),
)
#: Behind a sign-in, behind a secret, or without end.
CLOSED = (
    "/accounts/", "/demo/", "/S/", "/*/desk/", "/*/town/", "/*/plan/", "/*/crew/", "/*/mine/",
    "/*/press/", "/*/notices/", "/*/staff/", "/*/signs/", "/*/me/", "/*/inbox/", "/*/track/",
    "/*/install/", "/*/unsubscribe/", "/*/partner/", "/*/here/", "/*/search/",
)  # fmt: skip
_VALID = dt.timedelta(days=180)


def kept_from_robots(sitemap_url: str) -> str:
    """The text of robots.txt."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {sitemap_url}"]
    return "\n".join(lines) + "\n"


def sitemap(towns: Iterable[Municipality], origin: str) -> str:
    """The pages of each town that its modules open, in the form of sitemaps.org."""
    paths = ["/"]
    for town in towns:
        shown = (path for path, module in PAGES if not module or module in town.modules)
        paths += [f"/{town.slug}/{path}" for path in shown]
    rows = "".join(f"<url><loc>{escape(origin + path)}</loc></url>\n" for path in paths)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )


def security_text(own_url: str, now: dt.datetime) -> str:
    """The text of security.txt; it says itself for how long it may be believed."""
    expires = (now + _VALID).astimezone(dt.UTC).replace(microsecond=0)
    languages = ", ".join(code for code, _name in settings.LANGUAGES)
    return (
        f"Contact: {settings.MEGDAN_SECURITY_CONTACT}\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        f"Preferred-Languages: {languages}\n"
        f"Canonical: {own_url}\n"
    )
