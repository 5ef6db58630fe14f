"""Somebody in front of a sign: asks the lane as a web server would, without any server."""

import datetime as dt
import io
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sign_registry.lane.application import Lane
from sign_registry.models import Sign, Site
from tests.factories.signs import SignCodeFactory, SignFactory
from tests.factories.sites import SitePeriodFactory

# Noon in UTC, two in the afternoon in the town.
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
NONCE = re.compile(r'name="nonce" value="([^"]+)"')
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def nonce(self) -> str:
        """The one-time number in the page."""
        found = NONCE.search(self.text)
        assert found, self.text
        return found[1]


@dataclass
class Visitor:
    """A lane with a clock that can be turned, and a network address."""

    now: dt.datetime = NOW
    address: str = "192.0.2.1"
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lane = Lane(clock=lambda: self.now)

    def ask(self, method: str, path: str, body: bytes = b"", **more: Any) -> Reply:
        """One request with whatever else the environment holds."""
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_ADDR": self.address,
            "wsgi.input": io.BytesIO(body),
            **self.headers,
            **more,
        }
        started: list[Any] = []
        parts = self.lane(environ, lambda line, headers: started.append((line, headers)))
        line, headers = started[0]
        return Reply(int(line[:3]), dict(headers), b"".join(parts).decode())

    def get(self, path: str, **more: Any) -> Reply:
        """Look at a page."""
        return self.ask("GET", path, **more)

    def post(self, path: str, fields: dict[str, Any], **more: Any) -> Reply:
        """Send a form."""
        body = urlencode(fields, doseq=True).encode()
        given = {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body)), **more}
        return self.ask("POST", path, body, **given)

    def rate(self, token: str, score: int) -> Reply:
        """Scan and press: two touches."""
        nonce = self.get(f"/S/{token}").nonce
        return self.post(f"/S/{token}", {"nonce": nonce, "score": score})


def hung_sign(site: Site | None = None, **fields: Any) -> Sign:
    """An installed rating sign with a living code, at a site with a category."""
    if site is None:
        site = SitePeriodFactory.create().site
    sign = SignFactory.create(site=site, **{"state": "installed", **fields})
    SignCodeFactory.create(sign=sign)
    return sign


def token_of(sign: Sign) -> str:
    """The living code."""
    return sign.codes.living().get().token


def site_of(sign: Sign) -> Site:
    """The place of a sign, which these tests know to be there."""
    assert sign.site is not None
    return sign.site


def shape_of(site: Site) -> Any:
    """The site's geometry, which these tests know to be there."""
    assert site.geometry is not None
    return site.geometry
