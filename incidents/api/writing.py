"""Writes answers as GeoReport v2 wants them: XML with a wrapper, JSON as an array without one.

XML is only ever written here, by the standard library, which escapes; none from outside is read.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from django.http import HttpResponse

XML, JSON = "xml", "json"
TYPES = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
#: Characters that XML 1.0 cannot hold at all, escaped or not.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The name of one row, by the name of the list it stands in.
_ONE = {
    "services": "service", "attributes": "attribute", "values": "value",
    "service_requests": "request", "errors": "error", "endpoints": "endpoint",
    "formats": "format",
}  # fmt: skip


def answer(name: str, content: Any, suffix: str, status: int = 200) -> HttpResponse:
    """A response: `name` is the outermost element of XML, and is left out in JSON."""
    body = _json(content) if suffix == JSON else _xml(name, content)
    response = HttpResponse(body, status=status, content_type=TYPES[suffix])
    response["X-Content-Type-Options"] = "nosniff"
    return response


def refusal(status: int, description: str, suffix: str) -> HttpResponse:
    """An error as the specification words it: its number, and what to do."""
    error = {"code": str(status), "description": description}
    if suffix == JSON:
        return answer("errors", [{**error, "code": status}], suffix, status)
    return answer("errors", [error], suffix, status)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode(errors="replace")


def _xml(name: str, content: Any) -> bytes:
    root = ET.Element(name)
    _fill(root, name, content)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: ET.Element, name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _fill(ET.SubElement(element, key), key, inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            one = _ONE[name]
            _fill(ET.SubElement(element, one), one, inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _UNWRITABLE.sub("", str(value))
