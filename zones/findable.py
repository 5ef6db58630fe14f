"""What a search by words can find, as each app hands it over: public things of one town."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django_stubs_ext import StrOrPromise

MOST_OF_A_KIND = 1000
"""Rows of a kind that are looked through, the newest; a search never reads a whole archive."""


@dataclass(frozen=True, slots=True)
class Findable:
    """One public thing: its title and text in every language it has, and where its page is."""

    title: str
    path: str
    names: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    day: dt.date | None = None
    note: StrOrPromise = ""
