"""Walks every address of the program, as its lists write them."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories.zones import spot

# <int:pk>, and (?P<key>[-:\w]+) of packages that still write expressions.
PARAMETER = re.compile(r"<(?:\w+:)?(?P<short>\w+)>|\(\?P<(?P<long>\w+)>[^)]*\)")


@dataclass(frozen=True, slots=True)
class Route:
    """One address and what answers there."""

    path: str
    callback: Callable[..., Any]

    @property
    def view_class(self) -> type | None:
        """The class behind a class-based view."""
        return getattr(self.callback, "view_class", None) or getattr(self.callback, "cls", None)

    @property
    def parameters(self) -> list[str]:
        """Names of what has to be filled in, in order."""
        return [found["short"] or found["long"] for found in PARAMETER.finditer(self.path)]

    def filled(self, values: list[str]) -> str:
        """The address with a value for each parameter."""
        left = iter(values)
        path = PARAMETER.sub(lambda _found: next(left), self.path)
        return "/" + path.replace("^", "").replace("$", "").replace("\\Z", "")


def every_route() -> list[Route]:
    """All addresses in the order in which they are tried."""
    return list(_below(get_resolver(), ""))


def _below(resolver: URLResolver, before: str) -> Iterator[Route]:
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield Route(path, one.callback)
        else:
            yield from _below(one, path)


def tile_of_the_grid(zoom: int = 14) -> tuple[int, int, int]:
    """Zoom, column and row of the web Mercator tile that holds the first cell of the test grid."""
    longitude, latitude = spot(0.5, 0.5).coords
    across = (longitude + 180) / 360
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return zoom, int(across * 2**zoom), int(down * 2**zoom)
