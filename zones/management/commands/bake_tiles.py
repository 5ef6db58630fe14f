"""Bake the vector tiles that are missing now, instead of waiting for the worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from zones.tiles.baking import Outcome, bake_next, request_missing_bakes


class Command(BaseCommand):
    """`manage.py bake_tiles`: one line for each layer baked."""

    help = "Bake the vector tiles that are missing now, of every municipality."
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """No arguments: which tiles are missing is known from the registers."""

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Ask for the missing bakes and work through all that is due."""
        request_missing_bakes(now=timezone.now())
        failed = 0
        while baked := bake_next(now=timezone.now()):
            failed += baked.outcome == Outcome.FAILED
            self.stdout.write(
                f"{baked.slug}/{baked.layer} version {baked.version}: {baked.outcome}, "
                f"{baked.tiles} tiles, largest {baked.largest / 1000:.1f} kB, {baked.seconds:.1f} s"
            )
        if failed:
            self.stderr.write(f"{failed} bakes failed; they are tried again. The log says why.")
            raise SystemExit(1)
