"""Posts one request to another server and reads how it answered; follows no redirect.

The only module of the outbox that opens HTTP connections. Two callers choose where to: `push`, from
the list in `push_hosts`, and `gateway`, from the setting of the operator.
"""

import datetime as dt
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

PATIENCE_S = 15.0
_LONGEST_ANSWER = 4096
#: Nobody makes us wait longer than a day.
_LONGEST_WAIT = dt.timedelta(days=1)


class CallError(Exception):
    """The other server cannot be reached or broke off; `words` names no path and no person."""

    def __init__(self, error: Exception) -> None:
        """What the network said."""
        self.words = f"{type(error).__name__}: {error}"[:300]
        super().__init__(self.words)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status of an answer and how long it asks to wait; its text may name persons, so it goes."""

    status: int
    reason: str
    wait: dt.timedelta | None

    @property
    def is_success(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300

    @property
    def words(self) -> str:
        """In one line for the operator."""
        said = "".join(letter for letter in self.reason if letter.isprintable())
        return f"HTTP {self.status} {said}"[:200].strip()


class HttpLine:
    """Connections to other servers, one each, kept open while a round lasts."""

    def __init__(self) -> None:
        """Opens nothing yet."""
        self._open: dict[tuple[str, str, int], HTTPConnection] = {}

    def post(
        self, address: str, body: bytes, headers: dict[str, str], *, method: str = "POST"
    ) -> Answer:
        """Send one request.

        Raises:
            CallError: nobody answered.
        """
        parts = urlsplit(address)
        is_safe = parts.scheme == "https"
        place = (parts.scheme, parts.hostname or "", parts.port or (443 if is_safe else 80))
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        is_used = place in self._open
        connection = self._connection(place)
        try:
            return _ask(connection, method, path, body, headers)
        except (OSError, HTTPException) as error:
            self._forget(place)
            # A line that stood open may have ended in the meantime, before it took anything.
            if not (is_used and isinstance(error, ConnectionError)):
                raise CallError(error) from error
        return self.post(address, body, headers, method=method)

    def close(self) -> None:
        """End all connections."""
        for place in list(self._open):
            self._forget(place)

    def _connection(self, place: tuple[str, str, int]) -> HTTPConnection:
        if place not in self._open:
            scheme, host, port = place
            kind = HTTPSConnection if scheme == "https" else HTTPConnection
            self._open[place] = kind(host, port, timeout=PATIENCE_S)
        return self._open[place]

    def _forget(self, place: tuple[str, str, int]) -> None:
        self._open.pop(place).close()


def _ask(
    connection: HTTPConnection, method: str, path: str, body: bytes, headers: dict[str, str]
) -> Answer:
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    response.read(_LONGEST_ANSWER)
    if not response.isclosed():
        connection.close()  # a longer answer is not worth reading; the next request opens anew
    return Answer(response.status, response.reason, _wait(response.getheader("Retry-After", "")))


def _wait(words: str) -> dt.timedelta | None:
    """A number of seconds or a date (RFC 9110)."""
    if words.isascii() and words.isdecimal() and len(words) < 9:
        return min(dt.timedelta(seconds=int(words)), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(words)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    wait = moment - dt.datetime.now(dt.UTC)
    return min(max(wait, dt.timedelta(0)), _LONGEST_WAIT)
