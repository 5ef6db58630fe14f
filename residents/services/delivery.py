"""How a letter reaches a home: the lines of its address, and the order in which letters go out."""

import re

from residents.models import Residence
from zones.labels import address_label

_PARTS = re.compile(r"(\d+)")


def postal_lines(home: Residence) -> list[str]:
    """The address as the post reads it, in the language switched on; needs `address__street`."""
    address = home.address
    if address is None:
        return [home.written, home.unit, home.resident.municipality.name]
    place = address.locality or home.resident.municipality.name
    first = address_label(address) or home.written
    return [first, home.unit, f"{address.postal_code} {place}".strip()]


def delivery_key(home: Residence) -> tuple[object, ...]:
    """Sorts letters as somebody carries them: by post code, street, number, entrance and flat."""
    address = home.address
    if address is None:
        return ("~", home.written, _natural(""), "", _natural(home.unit))
    street = address.street.code if address.street else address.thoroughfare
    return (
        address.postal_code,
        f"{address.locality} {street} {address.quarter}",
        _natural(address.address_number),
        f"{address.block} {address.entrance}",
        _natural(home.unit),
    )


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Numbers by their size, so that 9 comes before 10."""
    parts = (part for part in _PARTS.split(text) if part)
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in parts)
