"""Under which licences the rows of a collection may be used, as their data sets say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zones.published import LICENCE, LICENCE_URL, Collection


@dataclass(frozen=True, slots=True)
class Licences:
    """Names of licences, each with an address or ""; and whether rows are invented."""

    named: list[dict[str, str]]
    is_synthetic: bool


def licences_of(collection: Collection) -> Licences:
    """Those of the collection's data sets, else that of what the town itself says. One query."""
    sources = list(collection.sources or ())
    by_name = {} if sources else {LICENCE: LICENCE_URL}
    for one in sources:
        names = one.licence.split("; ")
        # The address of a data set under several licences is that of none of them.
        url = one.url if len(names) == 1 else ""
        by_name |= {name: by_name.get(name) or url for name in names}
    return Licences(_listed(by_name), any(one.is_synthetic for one in sources))


def together(several: Iterable[Licences]) -> Licences:
    """Those of several collections in one file."""
    found = list(several)
    by_name: dict[str, str] = {}
    for one in (one for each in found for one in each.named):
        by_name[one["name"]] = by_name.get(one["name"]) or one["url"]
    return Licences(_listed(by_name), any(one.is_synthetic for one in found))


def _listed(by_name: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "url": url} for name, url in sorted(by_name.items())]
