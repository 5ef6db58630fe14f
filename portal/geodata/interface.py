"""The interface of a town's geodata described for programs, as OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.geodata.asking import LARGEST_KEY, LONGEST_TEXT, MOST, USUAL_LIMIT, queryables
from portal.geodata.documents import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, Addresses, schema_of
from portal.geodata.systems import CRS84, System
from zones.models import Municipality
from zones.published import Collection, Type

Document = dict[str, Any]
_PROBLEM = {
    "description": "Problem (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
}
_OBJECT = {"type": "object"}


def interface(
    town: Municipality,
    collections: Sequence[Collection],
    systems: Mapping[str, System],
    at: Addresses,
) -> Document:
    """Every address with its parameters and answers."""
    paths: dict[str, Document] = {
        "/": _path("landing", _("Landing page"), [], JSON),
        "/conformance": _path("conformance", _("Standards that are kept"), [], JSON),
        "/api": _path("api", _("This description"), [], OPENAPI),
        "/collections": _path("collections", _("Collections"), [], JSON),
    }
    for one in collections:
        paths |= _paths_of(one)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("Open geodata: %s") % town.name,
            "version": "1.0.0",
            "license": {"name": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": at.root.removesuffix("/")}],
        "paths": paths,
        "components": {
            "parameters": _shared(systems),
            "schemas": {"problem": _problem(), "features": _features()},
        },
    }


def _paths_of(one: Collection) -> dict[str, Document]:
    base = f"/collections/{one.code}"
    filters = [
        {
            "name": column.name,
            "in": "query",
            "description": str(column.title),
            "schema": _bounded(schema_of(column), column.type),
        }
        for column in queryables(one)
    ]
    shared = ["limit", "bbox", "bbox-crs", "crs", "cursor", "datetime"]
    of_items = [_reference(name) for name in shared] + filters
    number = {
        "name": "featureId",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 0, "maximum": LARGEST_KEY},
    }
    title = str(one.title)
    return {
        base: _path(f"{one.code}.about", title, [], JSON),
        f"{base}/queryables": _path(f"{one.code}.queryables", _("Filters"), [], SCHEMA),
        f"{base}/items": _path(f"{one.code}.items", title, of_items, GEOJSON),
        f"{base}/items/{{featureId}}": _path(
            f"{one.code}.item", title, [number, _reference("crs")], GEOJSON
        ),
    }


def _path(name: str, summary: str, parameters: list[Document], media_type: str) -> Document:
    schema = {"$ref": "#/components/schemas/features"} if name.endswith(".items") else _OBJECT
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [_reference("f"), *parameters],
            "responses": {
                "200": {
                    "description": summary,
                    "content": {
                        media_type: {"schema": schema},
                        HTML: {"schema": {"type": "string"}},
                    },
                },
                **dict.fromkeys(("400", "404", "406", "429"), _PROBLEM),
            },
        }
    }


def _reference(name: str) -> Document:
    return {"$ref": f"#/components/parameters/{name}"}


def _bounded(schema: Document, kind: Type) -> Document:
    return {**schema, "maxLength": LONGEST_TEXT} if kind is Type.TEXT else schema


def _shared(systems: Mapping[str, System]) -> dict[str, Document]:
    system = {"type": "string", "format": "uri", "enum": list(systems), "default": CRS84.uri}
    schemas: dict[str, Document] = {
        "f": {"type": "string", "enum": ["json", "html"]},
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL_LIMIT},
        "bbox": {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 4,
            "maxItems": 6,
        },
        "bbox-crs": system,
        "crs": system,
        "cursor": {"type": "integer", "minimum": 0, "maximum": LARGEST_KEY},
        "datetime": {"type": "string"},
    }
    return {
        name: {
            "name": name,
            "in": "query",
            "schema": schema,
            **({"style": "form", "explode": False} if name == "bbox" else {}),
        }
        for name, schema in schemas.items()
    }


def _problem() -> Document:
    return {
        "type": "object",
        "required": ["status", "detail"],
        "properties": {
            "status": {"type": "integer"},
            "title": {"type": "string"},
            "detail": {"type": "string"},
            "code": {"type": "string"},
        },
    }


def _features() -> Document:
    return {
        "type": "object",
        "required": ["type", "features", "links", "numberMatched", "numberReturned"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "links": {"type": "array", "items": {"type": "object"}},
            "features": {"type": "array", "items": {"type": "object"}},
        },
    }
