"""The page's own style and script: two small files under names that change with their content."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

FOLDER = "/S/-/"
_KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes over the wire."""

    path: str
    content_type: str
    packed: bytes
    plain: bytes


@cache
def assets() -> dict[str, Asset]:
    """By path; read once a process."""
    found = {}
    for ending, content_type in _KINDS.items():
        plain = _read(f"rating.{ending}")
        digest = hashlib.sha256(plain).hexdigest()[:12]
        path = f"{FOLDER}rating-{digest}.{ending}"
        found[path] = Asset(path, content_type, gzip.compress(plain, 9, mtime=0), plain)
    return found


def path_of(ending: str) -> str:
    """Where the page finds its file."""
    return next((path for path in assets() if path.endswith("." + ending)), "")


def _read(name: str) -> bytes:
    """The built file; none is no fault, because the page works without."""
    places = [finders.find(name), Path(settings.STATIC_ROOT or "") / name]
    for place in places:
        if place and Path(str(place)).is_file():
            return Path(str(place)).read_bytes()
    return b""
