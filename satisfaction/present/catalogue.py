"""The open files of a town as a catalogue that data portals harvest: DCAT-AP 3 in JSON-LD."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from satisfaction.facts import LICENCE_URL, Period
from satisfaction.models import OpenFile, Snapshot
from satisfaction.sentences import period_label
from zones.models import Municipality

CONTENT_TYPES = {
    OpenFile.Format.CSV.value: "text/csv",
    OpenFile.Format.GEOJSON.value: "application/geo+json",
}
TITLES = {
    Snapshot.Span.MONTH.value: _("Satisfaction with public places by month"),
    Snapshot.Span.QUARTER.value: _("Satisfaction with public places by quarter"),
    Snapshot.Span.YEAR.value: _("Satisfaction with public places by year"),
    Snapshot.Span.ROLLING.value: _("Satisfaction with public places, last twelve months"),
}
_ABOUT = _(
    "Scores from 1 to 10 that visitors gave to public places, each with its interval. Only places "
    "with at least ten votes stand alone. The files of a period never change."
)
_INVENTED = _("The votes are invented for a demonstration.")
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_EVERY = {
    Snapshot.Span.MONTH.value: "MONTHLY",
    Snapshot.Span.QUARTER.value: "QUARTERLY",
    Snapshot.Span.YEAR.value: "ANNUAL",
    Snapshot.Span.ROLLING.value: "MONTHLY",
}
_FILE_TYPES = {
    OpenFile.Format.CSV.value: "CSV",
    OpenFile.Format.GEOJSON.value: "GEOJSON",
}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are, as full addresses: the page, the town's home page, and the files."""

    page: str
    home: str
    files: Mapping[int, str]  # by the number of the file


def catalogue(
    municipality: Municipality,
    files: Sequence[OpenFile],
    addresses: Addresses,
    bbox: tuple[float, float, float, float],
) -> Node:
    """The catalogue: one data set for each length of period, one distribution for each file."""
    by_span: dict[str, list[OpenFile]] = {}
    for file in files:
        by_span.setdefault(file.snapshot.span, []).append(file)
    return {
        "@context": _CONTEXT,
        "@id": addresses.page,
        "@type": "dcat:Catalog",
        "dct:title": _texts(_("Open data of ratings")),
        "dct:description": _texts(_ABOUT),
        "dct:publisher": _publisher(municipality, addresses),
        "dct:license": _reference(LICENCE_URL),
        "foaf:homepage": _reference(addresses.home),
        "dct:language": [_language(code) for code in municipality.languages],
        "dcat:dataset": [
            _dataset(municipality, span, by_span[span], addresses, bbox)
            for span in TITLES
            if span in by_span
        ],
    }


def _dataset(
    municipality: Municipality,
    span: str,
    files: Sequence[OpenFile],
    addresses: Addresses,
    bbox: tuple[float, float, float, float],
) -> Node:
    snapshots = [file.snapshot for file in files]
    is_invented = any(snapshot.is_synthetic for snapshot in snapshots)
    about = format_lazy("{} {}", _ABOUT, _INVENTED) if is_invented else _ABOUT
    return {
        "@id": f"{addresses.page}#{span}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{municipality.slug}-ratings-{span}",
        "dct:title": _texts(TITLES[span]),
        "dct:description": _texts(about),
        "dct:publisher": _publisher(municipality, addresses),
        "dcat:contactPoint": _contact(municipality, addresses),
        "dcat:theme": _reference(f"{_AUTHORITY}/data-theme/GOVE"),
        "dct:accrualPeriodicity": _reference(f"{_AUTHORITY}/frequency/{_EVERY[span]}"),
        "dct:accessRights": _reference(f"{_AUTHORITY}/access-right/PUBLIC"),
        "dct:spatial": {"@type": "dct:Location", "dcat:bbox": _box(bbox)},
        "dct:temporal": _period(
            min(one.first_day for one in snapshots), max(one.until for one in snapshots)
        ),
        "dct:issued": _date(min(one.public_from for one in snapshots)),
        "dct:modified": _date(max(one.public_from for one in snapshots)),
        "dcat:distribution": [_distribution(file, addresses) for file in files],
    }


def _distribution(file: OpenFile, addresses: Addresses) -> Node:
    snapshot = file.snapshot
    period = Period(snapshot.span, snapshot.first_day, snapshot.until)
    media_type = CONTENT_TYPES[file.format]
    titles = [
        {"@value": f"{period_label(period, code)}, {file.get_format_display()}", "@language": code}
        for code, _name in settings.LANGUAGES
    ]
    return {
        "@id": addresses.files[file.pk],
        "@type": "dcat:Distribution",
        "dct:title": titles,
        "dcat:accessURL": _reference(addresses.page),
        "dcat:downloadURL": _reference(addresses.files[file.pk]),
        "dcat:mediaType": _reference(f"https://www.iana.org/assignments/media-types/{media_type}"),
        "dct:format": _reference(f"{_AUTHORITY}/file-type/{_FILE_TYPES[file.format]}"),
        "dct:license": _reference(LICENCE_URL),
        "dct:issued": _date(snapshot.public_from),
        "dct:temporal": _period(snapshot.first_day, snapshot.until),
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _reference("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }


def _publisher(municipality: Municipality, addresses: Addresses) -> Node:
    return {
        "@id": addresses.home,
        "@type": "foaf:Agent",
        "foaf:name": [
            {"@value": name, "@language": code} for code, name in municipality.names.items()
        ],
    }


def _contact(municipality: Municipality, addresses: Addresses) -> Node:
    contact: Node = {
        "@type": "vcard:Organization",
        "vcard:fn": municipality.name,
        "vcard:hasURL": _reference(addresses.home),
    }
    if municipality.mail_sender:
        contact["vcard:hasEmail"] = _reference(f"mailto:{municipality.mail_sender}")
    return contact


def _texts(text: object) -> list[Node]:
    """A sentence in each of our languages."""
    return [{"@value": said, "@language": code} for code, said in _in_each(text)]


def _in_each(text: object) -> Iterable[tuple[str, str]]:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield code, str(text)


def _language(code: str) -> Node:
    three = {"bg": "BUL", "en": "ENG", "ro": "RON"}
    return _reference(f"{_AUTHORITY}/language/{three.get(code, code.upper())}")


def _period(first_day: dt.date, until: dt.date) -> Node:
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _date(first_day),
        "dcat:endDate": _date(until - dt.timedelta(days=1)),
    }


def _box(bbox: tuple[float, float, float, float]) -> Node:
    west, south, east, north = (round(degrees, 5) for degrees in bbox)
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{x} {y}" for x, y in corners)
    return {"@value": f"POLYGON(({ring}))", "@type": "geo:wktLiteral"}


def _date(day: dt.date) -> Node:
    return {"@value": day.isoformat(), "@type": "xsd:date"}


def _reference(address: str) -> Node:
    return {"@id": address}
