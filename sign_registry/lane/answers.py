"""Answers of the rating lane with their headers; none sets a cookie or can be kept."""

from dataclasses import dataclass
from http import HTTPStatus

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PRIVATE = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", _POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
_HTML = (("Content-Type", "text/html; charset=utf-8"), *PRIVATE)
_LINES = {int(status): f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = _HTML

    @property
    def line(self) -> str:
        """The status as WSGI wants it."""
        return _LINES[self.status]


def redirect(path: str, status: int = 302) -> Answer:
    """The address to go on to."""
    return Answer(status, b"", (("Location", path), *PRIVATE))


def plain(status: int, *more: tuple[str, str]) -> Answer:
    """A refusal that no reader of the page ever sees."""
    text = f"{_LINES[status]}\n".encode()
    return Answer(status, text, (("Content-Type", "text/plain; charset=utf-8"), *more, *PRIVATE))
