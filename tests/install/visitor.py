"""A browser without a window: keeps its cookies, sends its forms, follows nothing by itself."""

import http.client
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode


class Answer(NamedTuple):
    """What came back; `location` is empty unless it leads elsewhere."""

    status: int
    location: str
    body: str


@dataclass
class Visitor:
    """One person at one address; `port` is asked anew each time, servers come and go."""

    port: Callable[[], int]
    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """A page.

        Raises:
            OSError, http.client.HTTPException: nobody answered.
        """
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form; raises as `get` does."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {
            "X-Forwarded-For": self.address,
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port(), timeout=20)
        with closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(answer.status, answer.headers.get("Location", ""), text)
