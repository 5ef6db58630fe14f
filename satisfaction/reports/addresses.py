"""Finds whatever in a page would ask an address outside it, or only names one in its code."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

#: Names that stand in the libraries' own code and licence notes; nothing asks them.
INERT = (
    "http://www.w3.org/",
    "https://leafletjs.com",
    "https://leaflet.github.io/Leaflet.heat/dist/leaflet-heat.js",
    "https://github.com/Leaflet/Leaflet.heat",
    "https://github.com/mourner/simpleheat",
)
#: Elements that fetch or send something, with or without an address of their own.
_LOADING = frozenset(
    {"link", "iframe", "frame", "object", "embed", "base", "form", "video", "audio", "source"}
)
_WITH_ADDRESS = frozenset(
    {"src", "srcset", "href", "xlink:href", "action", "formaction", "poster", "background", "ping"}
)
_IN_SCRIPT = re.compile(r"(?:https?|wss?|ftp)://[^\s\"'`<>)\\]+|(?<=[\"'`])//[a-z0-9][^\s\"'`]+")
_IN_STYLE = re.compile(r"@import[^;]*|url\(\s*[\"']?(?!data:|#)[^)]*\)|https?://[^\s\"')]+")


def foreign_addresses(page: str) -> list[str]:
    """Everything foreign in a page, in the order of the alphabet; nothing is right."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return sorted(set(reader.found))


class _Reader(HTMLParser):
    """Looks at elements, scripts and styles; text that a reader sees cannot ask anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep elements that load, addresses that lead out, and styles of one element."""
        if tag in _LOADING:
            self.found.append(f"<{tag}>")
        given = {name: value or "" for name, value in attrs}
        for name in _WITH_ADDRESS & given.keys():
            if not given[name].startswith(("data:", "#")):
                self.found.append(given[name])
        self.found += _in_style(given.get("style", ""))
        self._inside = "data" if tag == "script" and "type" in given else tag

    def handle_endtag(self, tag: str) -> None:
        """Come out of a script or a style."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """Look into scripts and styles."""
        if self._inside == "script":
            self.found += (name for name in _IN_SCRIPT.findall(data) if not name.startswith(INERT))
        elif self._inside == "style":
            self.found += _in_style(data)


def _in_style(text: str) -> Iterator[str]:
    return (name for name in _IN_STYLE.findall(text) if not name.startswith(INERT))
