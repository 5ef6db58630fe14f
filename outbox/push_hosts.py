"""Which addresses a message to a phone may be posted to: services of known browsers, no others.

The address comes from a stranger's browser. Whatever is not written plainly, on a host of the list,
is refused before any name is looked up, so that nobody makes this program call inside the house.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

EXACT = frozenset({"fcm.googleapis.com", "updates.push.services.mozilla.com"})
#: Hosts of these services stand directly or deeper below a name.
BELOW = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
LONGEST = 1000
_ENDPOINT = re.compile(
    r"https://(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)"
)


class Endpoint(NamedTuple):
    """An address in the parts that a connection needs."""

    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """As the signed introduction names it (RFC 8292)."""
        return f"https://{self.host}" + ("" if self.port == 443 else f":{self.port}")


def push_endpoint(address: str, more: Sequence[str] = ()) -> Endpoint | None:
    """The parts of an address that messages may be posted to; None for any other.

    Args:
        more: further services of this installation, as host or host:port.
    """
    found = _ENDPOINT.fullmatch(address) if len(address) <= LONGEST else None
    if found is None:
        return None
    host, port = found["host"], int(found["port"] or 443)
    is_known = port == 443 and (host in EXACT or host.endswith(BELOW))
    if is_known or (host if port == 443 else f"{host}:{port}") in more:
        return Endpoint(host, port, found["path"])
    return None
