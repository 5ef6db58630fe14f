"""An address as staff see it before they give a reason: the beginning of the street, no number."""

import re

_KEPT = 3
_END = re.compile(r"[\d,;(/]")


def masked(words: str) -> str:
    """The first word and three letters of the next, without number, block or flat.

    >>> masked("Strada Dărmănești 7, bl. 3")
    'Strada Dăr…'
    """
    street = _END.split(words, maxsplit=1)[0].split()
    if len(street) < 2:
        return ("".join(street)[:_KEPT] + "…").strip()
    return f"{street[0]} {street[1][:_KEPT]}…"
