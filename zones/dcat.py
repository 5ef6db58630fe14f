"""Words of DCAT-AP 3 in JSON-LD, of which every catalogue of open data is written; no ORM here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

if TYPE_CHECKING:
    from zones.models import Municipality

AUTHORITY = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: Licences that have an address by which programs know them, as data sets write their names.
_LICENCES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose catalogue it is: the town, the whole address of its home, west, south, east, north."""

    town: Municipality
    home: str
    bbox: tuple[float, float, float, float]


def catalogue(
    setting: Setting, page: str, title: object, about: object, licence: Node, datasets: list[Node]
) -> Node:
    """A catalogue under the whole address of its page."""
    return {
        "@context": CONTEXT,
        "@id": page,
        "@type": "dcat:Catalog",
        "dct:title": texts(title),
        "dct:description": texts(about),
        "dct:publisher": _publisher(setting),
        "dct:license": licence,
        "foaf:homepage": reference(setting.home),
        "dct:language": [_language(code) for code in setting.town.languages],
        "dcat:dataset": datasets,
    }


def dataset(
    setting: Setting, at: str, code: str, title: object, about: object, *, theme: str
) -> Node:
    """A data set that everybody may have; `code` is what data portals know it by."""
    return {
        "@id": at,
        "@type": "dcat:Dataset",
        "dct:identifier": f"{setting.town.slug}-{code}",
        "dct:title": texts(title),
        "dct:description": texts(about),
        "dct:publisher": _publisher(setting),
        "dcat:contactPoint": _contact(setting),
        "dcat:theme": reference(f"{AUTHORITY}/data-theme/{theme}"),
        "dct:accessRights": reference(f"{AUTHORITY}/access-right/PUBLIC"),
        "dct:spatial": {"@type": "dct:Location", "dcat:bbox": _box(setting.bbox)},
    }


def distribution(at: str, title: object, access: str, media_type: str, file_type: str) -> Node:
    """One way to have a data set; `file_type` as the authority's list writes it, or ""."""
    found = {
        "@id": at,
        "@type": "dcat:Distribution",
        "dct:title": title,
        "dcat:accessURL": reference(access),
        "dcat:mediaType": reference(f"https://www.iana.org/assignments/media-types/{media_type}"),
    }
    if file_type:
        found["dct:format"] = reference(f"{AUTHORITY}/file-type/{file_type}")
    return found


def kept_bytes(size: int, sha256: str) -> Node:
    """Size and checksum of a file that never changes."""
    return {
        "dcat:byteSize": {"@value": str(size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": reference("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": sha256, "@type": "xsd:hexBinary"},
        },
    }


def frequency(name: str) -> Node:
    """How often a data set changes, as the authority's list writes it."""
    return reference(f"{AUTHORITY}/frequency/{name}")


def licence_document(named: Sequence[Mapping[str, str]]) -> Node:
    """One licence, by its address where programs know one; several by their names."""
    names = [one["name"] for one in named]
    if len(names) == 1 and names[0] in _LICENCES:
        return reference(_LICENCES[names[0]])
    return {"@type": "dct:LicenseDocument", "dct:title": "; ".join(names)}


def texts(text: object) -> list[Node]:
    """A sentence in each of our languages."""
    return [{"@value": said, "@language": code} for code, said in _in_each(text)]


def _in_each(text: object) -> Iterable[tuple[str, str]]:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield code, str(text)


def period(first_day: dt.date, until: dt.date) -> Node:
    """Days of [first_day, until)."""
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": date(first_day),
        "dcat:endDate": date(until - dt.timedelta(days=1)),
    }


def date(day: dt.date) -> Node:
    """A day."""
    return {"@value": day.isoformat(), "@type": "xsd:date"}


def reference(address: str) -> Node:
    """What lies at an address."""
    return {"@id": address}


def _publisher(setting: Setting) -> Node:
    return {
        "@id": setting.home,
        "@type": "foaf:Agent",
        "foaf:name": [
            {"@value": name, "@language": code} for code, name in setting.town.names.items()
        ],
    }


def _contact(setting: Setting) -> Node:
    contact: Node = {
        "@type": "vcard:Organization",
        "vcard:fn": setting.town.name,
        "vcard:hasURL": reference(setting.home),
    }
    if setting.town.mail_sender:
        contact["vcard:hasEmail"] = reference(f"mailto:{setting.town.mail_sender}")
    return contact


def _language(code: str) -> Node:
    three = {"bg": "BUL", "en": "ENG", "ro": "RON"}
    return reference(f"{AUTHORITY}/language/{three.get(code, code.upper())}")


def _box(bbox: tuple[float, float, float, float]) -> Node:
    west, south, east, north = (round(degrees, 5) for degrees in bbox)
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{x} {y}" for x, y in corners)
    return {"@value": f"POLYGON(({ring}))", "@type": "geo:wktLiteral"}
