"""Which clock and which metric grid a town gets when it says no more than its country and place."""

import importlib.resources
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import TZPATH

NATIONAL_GRIDS = {"RO": 3844, "BG": 7801}
"""EPSG codes of the national grids; elsewhere the UTM zone of the place is taken."""

_NORTH, _SOUTH, _ZONE_DEGREES = 32600, 32700, 6


@dataclass(frozen=True, slots=True)
class Clock:
    """A time zone of a country, with the place the zone is named after, in degrees."""

    name: str
    longitude: float
    latitude: float


def utm_grid(longitude: float, latitude: float) -> int:
    """EPSG code of the UTM zone of a place, in degrees."""
    zone = min(int((longitude + 180) // _ZONE_DEGREES), 59) + 1
    return (_NORTH if latitude >= 0 else _SOUTH) + zone


def suggested_grid(country: str, longitude: float, latitude: float) -> int:
    """EPSG code of the grid a town there is measured in."""
    return NATIONAL_GRIDS.get(country) or utm_grid(longitude, latitude)


@cache
def clocks_of(country: str) -> tuple[Clock, ...]:
    """Time zones of a country (two letters), the most populous one first; none if unknown."""
    rows = (line.split("\t") for line in _table("zone.tab"))
    return tuple(Clock(row[2], *_degrees(row[1])) for row in rows if row[0] == country)


@cache
def countries() -> dict[str, str]:
    """{code of two letters: English name} of every country there is a time zone for."""
    return dict(line.split("\t")[:2] for line in _table("iso3166.tab"))


def _table(name: str) -> list[str]:
    """The lines of a table of the time zone database, of this machine or of the package tzdata."""
    found = next((path for folder in TZPATH if (path := Path(folder) / name).is_file()), None)
    source = found or importlib.resources.files("tzdata.zoneinfo") / name
    text = source.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _degrees(written: str) -> tuple[float, float]:
    """Longitude and latitude of ±DDMM±DDDMM or ±DDMMSS±DDDMMSS (ISO 6709)."""
    cut = max(written.rfind("+"), written.rfind("-"))
    latitude, longitude = written[:cut], written[cut:]
    return _angle(longitude, 3), _angle(latitude, 2)


def _angle(written: str, digits: int) -> float:
    sign, figures = (-1 if written[0] == "-" else 1), written[1:].ljust(digits + 4, "0")
    minutes, seconds = figures[digits : digits + 2], figures[digits + 2 :]
    return sign * (int(figures[:digits]) + int(minutes) / 60 + int(seconds) / 3600)
