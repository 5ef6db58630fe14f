"""The documents of OGC API - Features Parts 1 to 3, as plain values; links are whole addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.geodata.asking import queryables
from portal.geodata.files import MEDIA_TYPES, Format
from portal.geodata.systems import CRS84, System
from zones.models import Dataset, Municipality
from zones.published import LICENCE, LICENCE_URL, Collection, Column, Type

_SPECIFICATION = "http://www.opengis.net/spec/ogcapi-features"
CONFORMANCE = (
    f"{_SPECIFICATION}-1/1.0/conf/core",
    f"{_SPECIFICATION}-1/1.0/conf/oas30",
    f"{_SPECIFICATION}-1/1.0/conf/html",
    f"{_SPECIFICATION}-1/1.0/conf/geojson",
    f"{_SPECIFICATION}-2/1.0/conf/crs",
    f"{_SPECIFICATION}-3/1.0/conf/queryables",
    f"{_SPECIFICATION}-3/1.0/conf/queryables-query-parameters",
)
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
JSON, HTML, GEOJSON = "application/json", "text/html", "application/geo+json"
JSON_LD = "application/ld+json"
SCHEMA, OPENAPI = "application/schema+json", "application/vnd.oai.openapi+json;version=3.0"
_TYPES: Mapping[Type, dict[str, str]] = {
    Type.TEXT: {"type": "string"},
    Type.WHOLE: {"type": "integer"},
    Type.NUMBER: {"type": "number"},
    Type.YES_NO: {"type": "boolean"},
    Type.DAY: {"type": "string", "format": "date"},
    Type.MOMENT: {"type": "string", "format": "date-time"},
}
_SHAPES = {
    "Point": "geometry-point",
    "MultiLineString": "geometry-multilinestring",
    "MultiPolygon": "geometry-multipolygon",
    "": "geometry-any",
}
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are: `root` is the landing page as a whole address, with its last slash."""

    root: str
    home: str

    def at(self, path: str) -> str:
        """The address of something below the landing page."""
        return f"{self.root}{path}"

    def collection(self, collection: Collection, path: str = "") -> str:
        """The address of a collection, or of something below it."""
        return self.at(f"collections/{collection.code}{path}")


def link(href: str, rel: str, media_type: str, title: object) -> Document:
    """One link."""
    return {"href": href, "rel": rel, "type": media_type, "title": str(title)}


def both(href: str, wanted: str, title: object, rel: str = "self") -> list[Document]:
    """A document as it is read, and in the other form."""
    sign = "&" if "?" in href else "?"
    forms = {JSON: "json", GEOJSON: "json", SCHEMA: "json", HTML: "html"}
    other = HTML if wanted != HTML else JSON
    return [
        link(f"{href}{sign}f={forms[wanted]}", rel, wanted, title),
        link(f"{href}{sign}f={forms[other]}", "alternate", other, title),
    ]


def landing(town: Municipality, at: Addresses) -> Document:
    """Where a program begins."""
    return {
        "title": _("Open geodata: %s") % town.name,
        "description": _("Areas, streets, addresses and what the town publishes, for programs."),
        "attribution": town.name,
        "links": [
            *both(at.root, JSON, _("This page")),
            link(at.at("api?f=json"), "service-desc", OPENAPI, _("The interface (OpenAPI 3.0)")),
            link(at.at("api?f=html"), "service-doc", HTML, _("The interface, to read")),
            link(at.at("conformance"), "conformance", JSON, _("Standards that are kept")),
            link(at.at("collections"), "data", JSON, _("Collections")),
            link(f"{at.home}open/geodata/", "related", HTML, _("Open geodata as files")),
            link(f"{at.home}open/catalog.jsonld", "describedby", JSON_LD, _("Catalogue (DCAT)")),
            link(LICENCE_URL, "license", HTML, LICENCE),
        ],
    }


def conformance(at: Addresses) -> Document:
    """What of the standards is kept."""
    return {
        "links": both(at.at("conformance"), JSON, _("Standards that are kept")),
        "conformsTo": list(CONFORMANCE),
    }


def collection_document(
    collection: Collection,
    at: Addresses,
    systems: Mapping[str, System],
    bbox: Sequence[float],
    sources: Sequence[Dataset],
) -> Document:
    """One collection: what it is, where it lies, how it is asked."""
    own, items = at.collection(collection), at.collection(collection, "/items")
    extent: Document = {"spatial": {"bbox": [list(bbox)], "crs": CRS84.uri}}
    if collection.period is not None:
        extent["temporal"] = {
            "interval": [[None, None]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return {
        "id": collection.code,
        "title": str(collection.title),
        "description": str(collection.about),
        "attribution": "; ".join(dict.fromkeys(one.attribution or one.source for one in sources)),
        "extent": extent,
        "itemType": "feature",
        "crs": list(systems),
        "storageCrs": CRS84.uri,
        "links": [
            *both(own, JSON, collection.title),
            link(f"{items}?f=json", "items", GEOJSON, _("Rows")),
            link(f"{items}?f=html", "items", HTML, _("Rows")),
            link(at.collection(collection, "/queryables"), QUERYABLES, SCHEMA, _("Filters")),
            *(_file(collection, at, one) for one in Format),
            *_licences(sources),
        ],
    }


def _file(collection: Collection, at: Addresses, written_as: Format) -> Document:
    """All rows as one file."""
    href = f"{at.home}open/geodata/now/{collection.code}.{written_as}"
    return link(href, "enclosure", MEDIA_TYPES[written_as], written_as.label)


def _licences(sources: Sequence[Dataset]) -> list[Document]:
    """One for each licence; a data set that names no address leads to where its licence stands."""
    if not sources:
        return [link(LICENCE_URL, "license", HTML, LICENCE)]
    by_name = {one.licence: one.url for one in sources}
    return [link(url, "license", HTML, licence) for licence, url in sorted(by_name.items()) if url]


def collections(at: Addresses, described: list[Document]) -> Document:
    """All collections."""
    return {
        "links": both(at.at("collections"), JSON, _("Collections")),
        "collections": described,
    }


def schema_of(column: Column) -> Document:
    """What values a column has."""
    return {"title": str(column.title), **_TYPES[column.type]}


def queryables_document(collection: Collection, at: Addresses) -> Document:
    """What rows can be asked for by, as JSON Schema."""
    shape = _SHAPES.get(collection.shape, "geometry-any")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": at.collection(collection, "/queryables"),
        "type": "object",
        "title": str(collection.title),
        "properties": {
            "geometry": {
                "title": _("Place"),
                "x-ogc-role": "primary-geometry",
                "format": shape,
            },
            **{one.name: schema_of(one) for one in queryables(collection)},
        },
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True)
class Page:
    """One page of features as it is written."""

    features: list[Document]
    matched: int
    own: str
    next_page: str


def feature_document(number: int, geometry: Any, values: Mapping[str, Any]) -> Document:
    """One feature of GeoJSON."""
    return {"type": "Feature", "id": number, "geometry": geometry, "properties": dict(values)}


def items_document(collection: Collection, at: Addresses, page: Page) -> Document:
    """A page of features."""
    links = [
        link(page.own, "self", GEOJSON, collection.title),
        link(at.collection(collection, "/items?f=html"), "alternate", HTML, collection.title),
        link(at.collection(collection), "collection", JSON, collection.title),
    ]
    if page.next_page:
        links.append(link(page.next_page, "next", GEOJSON, _("Next page")))
    return {
        "type": "FeatureCollection",
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "links": links,
        "features": page.features,
    }


def item_document(collection: Collection, at: Addresses, feature: Document, own: str) -> Document:
    """One feature with its links."""
    here = at.collection(collection, f"/items/{feature['id']}")
    return {
        **feature,
        "links": [
            link(own, "self", GEOJSON, collection.title),
            link(f"{here}?f=html", "alternate", HTML, collection.title),
            link(at.collection(collection), "collection", JSON, collection.title),
        ],
    }
