"""Place the addresses of a town in its zones, kind by kind, and say what changed."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from zones.management.towns import town_named
from zones.models import Municipality, ZoneKind
from zones.placing import KindResult, place_addresses


class Command(BaseCommand):
    """`manage.py place SLUG [--kind CODE] [--without-cover]`."""

    help = "Place all addresses of a municipality in the zones in force today."
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The town, and on demand one kind of zone."""
        parser.add_argument("slug", help="short name of the municipality")
        parser.add_argument("--kind", help="code of one kind of zone; all kinds if left out")
        parser.add_argument(
            "--without-cover",
            action="store_true",
            help="let PostGIS alone answer: the same placements, more slowly",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Find the rows that the words mean, place, and print one line per kind."""
        municipality = town_named(options["slug"])
        kind = _kind(municipality, options["kind"]) if options["kind"] else None
        with tqdm(unit="kind", leave=False, disable=not sys.stderr.isatty()) as bar:

            def show(code: str, done: int, total: int) -> None:
                bar.total = total
                bar.set_description(code, refresh=False)
                bar.update(done - bar.n)

            result = place_addresses(
                municipality=municipality,
                now=timezone.now(),
                kind=kind,
                progress=show,
                cover=False if options["without_cover"] else None,
            )
        for one in result.kinds:
            self.stdout.write(_line(one))


def _kind(municipality: Municipality, code: str) -> ZoneKind:
    kinds = ZoneKind.objects.in_municipality(municipality)
    try:
        return kinds.get(code=code)
    except ZoneKind.DoesNotExist as missing:
        known = ", ".join(kinds.order_by("code").values_list("code", flat=True))
        raise CommandError(
            f"{municipality.slug} has no kind of zone “{code}”. Known are: {known or 'none yet'}.",
            returncode=2,
        ) from missing


def _line(one: KindResult) -> str:
    line = (
        f"{one.kind_code}: {one.placed} placed, {one.unplaced} in no zone; "
        f"{one.opened} opened, {one.closed} closed, {one.unchanged} unchanged"
    )
    if one.kind_code == ZoneKind.STREET:
        line += f"; {one.disagreements} outside the polygon of the street they name"
    return line
