"""Fills the database with the two demonstration towns; running it again changes nothing."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.demo_town import DemoTown, load_demo_town
from portal.geodata.editions import freeze_edition
from zones.models import Municipality


class Command(BaseCommand):
    """Loads every folder of fixtures/geojson/ that has a town.json."""

    help = "Load the demonstration towns from fixtures/geojson/."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load town after town and say what was done."""
        for manifest in sorted((settings.BASE_DIR / "fixtures" / "geojson").glob("*/town.json")):
            town = DemoTown.read(manifest.parent)
            if load_demo_town(town=town, now=timezone.now(), say=self.stdout.write):
                self.stdout.write(f"{town.slug}: loaded")
            else:
                self.stdout.write(f"{town.slug}: already up to date")
            # The rows of now, as if they had been frozen then: the town was invented today.
            last_month = timezone.now().replace(day=1) - dt.timedelta(days=1)
            freeze_edition(municipality=Municipality.objects.get(slug=town.slug), now=last_month)
