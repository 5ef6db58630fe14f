"""Puts letters of invented residents on the clerk's table of a demonstration."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from incidents.letter_reading import Letter
from incidents.models import Category
from incidents.services.letters import receive_letter
from zones.labels import address_label
from zones.models import Address, Municipality

#: What the letters are about.
ABOUT = ("pothole", "bin-full", "tree-trim")


def load_demo_letters(
    municipality: Municipality,
    texts: Mapping[str, Any],
    places: Sequence[Address],
    now: dt.datetime,
    domain: str,
) -> None:
    """A letter for each kind, hours apart, as a mail server would hand them in."""
    language = municipality.languages[0]
    kinds = {one.code: one for one in Category.objects.in_municipality(municipality).offered()}
    for number, (code, place) in enumerate(zip(ABOUT, places, strict=False), 1):
        moment = now - dt.timedelta(hours=2 * number)
        words = (texts["reports"][code][language][0], address_label(place), texts["mark"][language])
        letter = Letter(
            message_id=f"letter-{number}@{municipality.slug}.{domain}",
            sender=f"letter{number}@{municipality.slug}.{domain}",
            sender_name=f"Demo {number}",
            subject=kinds[code].names[language],
            text="\n\n".join(words),
        )
        receive_letter(municipality=municipality, letter=letter, own=(), now=moment)
