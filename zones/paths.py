"""Stable addresses of pages about places, for links made below the pages themselves."""

from typing import Protocol
from urllib.parse import urlencode


def here_path(slug: str, longitude: float, latitude: float) -> str:
    """Page about a point; six decimals are about ten centimetres."""
    return f"/{slug}/here/?" + urlencode({"lon": f"{longitude:.6f}", "lat": f"{latitude:.6f}"})


def address_path(slug: str, address_id: int) -> str:
    """Page about an address of the register."""
    return f"/{slug}/here/?" + urlencode({"address": address_id})


def search_path(slug: str, text: str) -> str:
    """Page with the answers to a search."""
    return f"/{slug}/search/?" + urlencode({"q": text})


def zone_path(slug: str, zone_id: int) -> str:
    """Page of a zone."""
    return f"/{slug}/zones/{zone_id}/"


def street_path(slug: str, street_id: int) -> str:
    """Page of a street."""
    return f"/{slug}/streets/{street_id}/"


class Found(Protocol):
    """What every answer of the address search carries."""

    @property
    def label(self) -> str:
        """One line to show."""

    @property
    def longitude(self) -> float | None:
        """Degrees east."""

    @property
    def latitude(self) -> float | None:
        """Degrees north."""

    @property
    def street_id(self) -> int | None:
        """The street it names, if any."""

    @property
    def address_id(self) -> int | None:
        """The row of the register, if it is one."""

    @property
    def precision(self) -> str:
        """Class of the answer: only "address" is a door."""


def suggestion_path(slug: str, found: Found) -> str:
    """Page of an answer: the address, whose page says how exact it is, the street or the point."""
    if found.address_id is not None:
        return address_path(slug, found.address_id)
    if found.street_id is not None and found.precision == "street":
        return street_path(slug, found.street_id)
    if found.longitude is None or found.latitude is None:
        return search_path(slug, found.label)
    return here_path(slug, found.longitude, found.latitude)
