"""An address of the register in one line, as people write it; the one place that decides it."""

from django.utils.translation import gettext

from zones.models import Address
from zones.names import in_language


def label_from_parts(
    *,
    street: str,
    address_number: str = "",
    block: str = "",
    entrance: str = "",
    quarter: str = "",
    locality: str = "",
) -> str:
    """Join the parts of ISO 19160 that are known, in the order in which people read them."""
    first = f"{street} {address_number}".strip()
    parts = [first] if first else []
    if quarter:
        parts.append(quarter)
    if block:
        parts.append(gettext("bl. %(block)s") % {"block": block})
    if entrance:
        parts.append(gettext("ent. %(entrance)s") % {"entrance": entrance})
    if locality:
        parts.append(locality)
    return ", ".join(parts)


def address_label(address: Address, *, with_locality: bool = False) -> str:
    """One line for a row of the register; needs `street` and `municipality` selected."""
    street = address.thoroughfare
    if address.street:
        street = in_language(address.street.names, address.municipality.languages)
    return label_from_parts(
        street=street,
        address_number=address.address_number,
        block=address.block,
        entrance=address.entrance,
        quarter="" if street else address.quarter,
        locality=address.locality if with_locality else "",
    )
