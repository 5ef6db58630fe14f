"""Print signs into a PDF, each code read back from the finished sheets."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from tqdm import tqdm

from sign_registry.models import PrintBatch, Sign
from sign_registry.printing import Format
from sign_registry.querysets import SignQuerySet
from sign_registry.services.printing import (
    PRINTABLE,
    PrintOrder,
    make_batch,
    order_batch,
    start_batch,
)
from sign_registry.services.signs import plan_spare
from zones.days import civil_day
from zones.management.town_command import TownCommand, bar
from zones.management.towns import InputError
from zones.models import Municipality, Zone


class Command(TownCommand):
    """`manage.py print_signs SLUG … --out FILE.pdf`."""

    help = (
        "Print the approved signs of a town, in the order of the crew's rounds, and prove that "
        "every code can be read. Nothing is written if one of them cannot."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which signs, how large, and where to."""
        super().add_arguments(parser)
        parser.add_argument("--site-category", metavar="CODE", help="only at sites of a category")
        parser.add_argument("--zone", metavar="CODE", help="only at sites of a zone")
        parser.add_argument("--purpose", choices=Sign.Purpose.values, help="only of one purpose")
        parser.add_argument(
            "--state", choices=[str(state) for state in PRINTABLE], default="approved"
        )
        parser.add_argument("--format", choices=[str(size) for size in Format], default="a5")
        parser.add_argument("--spares", type=int, default=0, help="as many signs without a site")
        parser.add_argument("--demo", action="store_true", help="mark each sign as DEMO")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        """Choose, order, make, write."""
        town, now = self.town(options["slug"]), timezone.now()
        out: Path = options["out"]
        if not out.parent.is_dir():
            raise InputError(f"There is no folder {out.parent}.")
        batch = order_batch(
            municipality=town,
            signs=[*self._chosen(town, options), *self._spares(town, options)],
            order=PrintOrder(Format(options["format"]), options["demo"]),
            actor=None,
            now=now,
        )
        start_batch(batch=batch, now=now)
        batch = self._made(batch)
        if batch.state != PrintBatch.State.DONE:
            raise InputError(batch.problem)
        with batch.file.open("rb") as kept:
            out.write_bytes(kept.read())
        self._say(batch, out)

    def _made(self, batch: PrintBatch) -> PrintBatch:
        progress: dict[str, tqdm[Any]] = {}

        def tell(stage: str, done: int, total: int) -> None:
            shown = progress.setdefault(stage, bar(total, f" {stage}"))
            shown.update(done - shown.n)

        try:
            return make_batch(batch=batch, now=timezone.now(), tell=tell)
        finally:
            for shown in progress.values():
                shown.close()

    def _chosen(self, town: Municipality, options: dict[str, Any]) -> SignQuerySet:
        if options["spares"] and not (options["site_category"] or options["zone"]):
            # Asked for spares alone: the town's other signs are a run of their own.
            return Sign.objects.none()
        signs = Sign.objects.in_municipality(town).in_state(options["state"])
        if options["site_category"]:
            today = civil_day(timezone.now(), town.timezone)
            signs = signs.of_category(options["site_category"], today)
        if options["zone"]:
            zone = Zone.objects.in_municipality(town).filter(code=options["zone"]).first()
            if zone is None:
                raise InputError(f"There is no zone “{options['zone']}” in {town.slug}.")
            signs = signs.in_zone(zone.pk)
        if options["purpose"]:
            signs = signs.filter(purpose=options["purpose"])
        return signs.distinct()

    def _spares(self, town: Municipality, options: dict[str, Any]) -> list[Sign]:
        if options["spares"] < 0:
            raise InputError("The number of spares cannot be negative.")
        if not options["spares"]:
            return []
        return plan_spare(
            municipality=town,
            purpose=options["purpose"] or Sign.Purpose.RATING,
            now=timezone.now(),
            actor=None,
            count=options["spares"],
        )

    def _say(self, batch: PrintBatch, out: Path) -> None:
        signs = batch.batch_signs.count()
        self.stdout.write(
            f"{out}: {signs} signs on {batch.total} pages, every code read by "
            f"{batch.decoder_version}, least reserve {batch.least_reserve:.2f}, "
            f"sha256 {batch.sha256}"
        )
