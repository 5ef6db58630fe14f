"""Find where addresses lie: one from the command line, or a CSV column of them; JSON lines out."""

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.contrib.gis.geos import Point
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils import translation
from tqdm import tqdm

from zones.geocoder import Answer, OutsideGeocoderError, Precision, geocode_text
from zones.locating import locate
from zones.management.towns import town_named
from zones.models import Municipality, Zone, ZoneKind


class Command(BaseCommand):
    """`manage.py geocode SLUG "text"` or `geocode SLUG --csv IN.csv --text-column C --out OUT`."""

    help = (
        "Find addresses in the register of a municipality. Writes one JSON object per answer: "
        "label, lon, lat, precision, score, zones. With --csv, one object per row and null where "
        "there is no such address."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A text, or a CSV file with the column that holds the texts."""
        parser.add_argument("slug", help="short name of the municipality")
        parser.add_argument("text", nargs="?", help="the address")
        parser.add_argument(
            "--csv", dest="csv_path", type=Path, help="UTF-8 CSV file with a header"
        )
        parser.add_argument("--text-column", help="column of the CSV file that holds the address")
        parser.add_argument(
            "--out", type=Path, help="file for the answers; standard output if left out"
        )
        parser.add_argument("--limit", type=int, default=5, help="most answers to one text (5)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check the arguments, search, and write."""
        municipality = town_named(options["slug"])
        if (options["text"] is None) == (options["csv_path"] is None):
            raise CommandError(
                "Give either one address in quotes or --csv FILE --text-column COLUMN.",
                returncode=2,
            )
        try:
            # Labels are data here, so they are in the town's own language, whoever runs this.
            with translation.override(municipality.languages[0]):
                if options["csv_path"] is None:
                    self._one(municipality, options["text"], options["limit"])
                else:
                    self._many(municipality, options)
        except OutsideGeocoderError as error:
            raise CommandError(f"The outside geocoder did not answer: {error}") from error

    def _one(self, municipality: Municipality, text: str, limit: int) -> None:
        answers = geocode_text(municipality, text, limit=limit)
        if not answers:
            raise CommandError(
                f"The register of {municipality.slug} knows no such address: “{text}”.",
                returncode=1,
            )
        for answer in answers:
            self.stdout.write(json.dumps(_described(municipality, answer), ensure_ascii=False))

    def _many(self, municipality: Municipality, options: dict[str, Any]) -> None:
        texts = _texts(options["csv_path"], options["text_column"])
        out: Path | None = options["out"]
        if out is None:
            self._write(municipality, texts, self.stdout)
            return
        try:
            with out.open("w", encoding="utf-8") as lines:
                self._write(municipality, texts, lines)
        except OSError as error:
            raise CommandError(
                f"{out} cannot be written: {error.strerror}.", returncode=2
            ) from error

    def _write(
        self, municipality: Municipality, texts: list[str], lines: TextIO | OutputWrapper
    ) -> None:
        for text in tqdm(texts, unit="address", file=sys.stderr, disable=not sys.stderr.isatty()):
            answers = geocode_text(municipality, text, limit=2)
            best = _described(municipality, answers[0]) if answers else dict.fromkeys(_FIELDS)
            lines.write(json.dumps({"text": text, **best}, ensure_ascii=False) + "\n")


_FIELDS = ("label", "lon", "lat", "precision", "score", "ambiguous", "zones")


def _described(municipality: Municipality, answer: Answer) -> dict[str, Any]:
    """An answer with the zones its point lies in, unless that point stands for a wide area."""
    zones: dict[str, str] = {}
    if answer.precision is not Precision.SETTLEMENT:
        point = Point(answer.longitude, answer.latitude, srid=4326)
        located = locate(municipality=municipality, point=point)
        zones = {zone.kind_code: zone.name for zone in located.zones}
    named = Zone.objects.filter(street=answer.street_id).first() if answer.street_id else None
    if named is not None:
        # An address belongs to the street it names, wherever that street's polygon lies.
        zones[ZoneKind.STREET] = named.name
    return {
        "label": answer.label,
        "lon": round(answer.longitude, 7),
        "lat": round(answer.latitude, 7),
        "precision": answer.precision.value,
        "score": answer.score,
        "ambiguous": answer.ambiguous,
        "zones": zones,
    }


def _texts(path: Path, column: str | None) -> list[str]:
    """The column of a CSV file, or exit code 2 with what is wrong."""
    if not column:
        raise CommandError("Name the column of the addresses with --text-column.", returncode=2)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(_column(path, column, lines))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 text. Save it as UTF-8.", returncode=2) from error
    except csv.Error as error:
        raise CommandError(f"{path} is not a CSV file: {error}.", returncode=2) from error


def _column(path: Path, column: str, lines: TextIO) -> Iterator[str]:
    rows = csv.DictReader(lines)
    names = rows.fieldnames or []
    if column not in names:
        raise CommandError(
            f"{path} has no column “{column}”. Its columns are: {', '.join(names) or 'none'}.",
            returncode=2,
        )
    for row in rows:
        yield row[column] or ""
