"""What pages that ask for a home have in common: the answers of the address search, and the map."""

from typing import Any

from residents.address_choice import Found, Outcome, home_label
from residents.home_forms import HomeChoiceForm
from residents.models import Residence, ResidentZone
from zones.names import in_language

#: Half the width of the map around a place, in degrees.
AROUND = 0.004


def choice_context(
    form: HomeChoiceForm, found: Found | None, bbox: tuple[float, float, float, float]
) -> dict[str, Any]:
    """What the fields of a home show, beside the form itself."""
    near = found.near if found else None
    if near is not None:
        bbox = (near.x - AROUND, near.y - AROUND, near.x + AROUND, near.y + AROUND)
    return {
        "form": form,
        "choices": [
            {"pk": one.pk, "label": home_label(one)} for one in (found.addresses if found else ())
        ],
        "is_asked": found is not None,
        "is_unknown": found is not None and found.outcome is Outcome.NOT_FOUND,
        "near": near,
        "bbox": bbox,
    }


def said_home(residence: Residence) -> str:
    """A home in one line, as its resident reads it; needs `address__street` selected."""
    label = home_label(residence.address) if residence.address else residence.written
    return ", ".join(part for part in (label or residence.written, residence.unit) if part)


def zones_of(residence: Residence, languages: list[str]) -> list[dict[str, Any]]:
    """The zones a home belongs to now, with their names. One query."""
    rows = ResidentZone.objects.open().filter(residence=residence)
    return [
        {
            "kind": in_language(row.kind.names, languages),
            "code": row.kind.code,
            "name": in_language(row.zone.names, languages),
            "pk": row.zone_id,
            "since": row.valid_from,
        }
        for row in rows.select_related("zone", "kind").order_by("kind__code")
    ]
