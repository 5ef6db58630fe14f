"""Run alone in a guarded child: reads a file that was handed in on a page, answers in JSON.

Standard input: one line of JSON (what, suffix, languages, outline, language), then the file.
"""

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django
import shapely
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # nobody else tells a program that is run alone where it lies

from zones.importing.osm import read_extract  # noqa: E402 - after the path
from zones.importing.reading import read_records  # noqa: E402 - after the path

MOST_ROWS = 300_000


def prepare(language: str) -> None:
    """Just enough of Django for sentences in the reader's language; no database, no app."""
    settings.configure(
        USE_I18N=True,
        LANGUAGE_CODE="en",
        LANGUAGES=[(code, code) for code in ("en", "ro", "bg")],
        LOCALE_PATHS=[ROOT / "locale"],
    )
    django.setup()
    translation.activate(language)


def osm(path: Path, order: dict[str, Any]) -> dict[str, Any]:
    """Streets, addresses, places and areas of an extract."""
    outline = shapely.from_wkb(order["outline"]) if order["outline"] else None
    found = read_extract(path, order["languages"], outline)
    parts: dict[str, list[Any]] = {
        "streets": found.streets,
        "addresses": found.addresses,
        "places": found.places,
        "boundaries": found.boundaries,
        "refused": found.refused,
    }
    if sum(len(rows) for rows in parts.values()) > MOST_ROWS:
        return {"fault": too_many()}
    return {name: [plain(asdict(row)) for row in rows] for name, rows in parts.items()}


def records(path: Path, order: dict[str, Any]) -> dict[str, Any]:
    """Rows of a table or of a file of shapes."""
    rows = read_records(path)
    if len(rows) > MOST_ROWS:
        return {"fault": too_many()}
    return {
        "records": [
            {
                "line": row.line,
                "values": {str(name): row.text(name) for name in row.values if name is not None},
                "geometry": plain(row.geometry),
                "faults": [
                    {"code": str(fault.code), "place": fault.place, "path": fault.path}
                    for fault in row.faults
                ],
            }
            for row in rows
        ]
    }


def plain(value: Any) -> Any:
    """Shapes as hexadecimal WKB, all else as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, BaseGeometry):
        return shapely.to_wkb(value, hex=True)
    return value


def too_many() -> str:
    """The sentence for a file with more rows than a page takes."""
    return _("The file has more than %(limit)s rows. Split it, or have it loaded by command.") % {
        "limit": MOST_ROWS
    }


def answer(order: dict[str, Any], raw: bytes) -> dict[str, Any]:
    """What was read, or the sentence that says why not."""
    read = {"osm": osm, "records": records}[order["what"]]
    with tempfile.TemporaryDirectory(prefix="megdan-alone-") as folder:
        path = Path(folder) / f"file{order['suffix']}"
        path.write_bytes(raw)
        try:
            return read(path, order)
        except ValidationError as refused:
            return {"fault": " ".join(refused.messages).replace(path.name, order["name"])}


def main() -> None:
    """Answer one order."""
    order = json.loads(sys.stdin.buffer.readline())
    prepare(order["language"])
    json.dump(answer(order, sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()
