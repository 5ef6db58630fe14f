"""How often one network may hand something in: counted in the cache, never stored."""

import datetime as dt
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_IPV6_GROUPS = 3


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in a window; windows begin at whole multiples of their length."""

    most: int
    seconds: int


def refused_until(
    request: HttpRequest, what: str, limits: tuple[Limit, ...], now: dt.datetime, key: str = ""
) -> dt.datetime | None:
    """Count one more; when it was one too many, the moment from which another try is taken.

    Args:
        key: counts this thing instead of the network.
    """
    who = key or network_of(request)
    mark = salted_hmac("incidents.limits", f"{what} {who}", algorithm="sha256").hexdigest()[:32]
    stamp = int(now.timestamp())
    until = None
    for limit in limits:
        window = stamp // limit.seconds
        name = f"incidents.limit.{what}.{limit.seconds}.{window}.{mark}"
        cache.add(name, 0, limit.seconds + 60)
        if cache.incr(name) > limit.most:
            until = dt.datetime.fromtimestamp((window + 1) * limit.seconds, dt.UTC)
    return until


def network_of(request: HttpRequest) -> str:
    """The connection's address; of IPv6 the part that a household gets. It is never stored."""
    address = str(get_adapter().get_client_ip(request))
    return ":".join(address.split(":")[:_IPV6_GROUPS]) if ":" in address else address
