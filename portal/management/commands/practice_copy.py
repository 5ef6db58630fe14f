"""Makes a practice copy of a town, anew where there is one, or removes it; waits for no worker."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from portal.practice.making import STEPS, make_practice, remove_practice
from zones.management.town_command import TownCommand, bar
from zones.services.practice_orders import note_practice


class Command(TownCommand):
    """Does what the page of the town office orders."""

    help = "Make the practice copy of a town anew, or remove it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The town, and whether the copy goes."""
        super().add_arguments(parser)
        parser.add_argument("--remove", action="store_true", help="only remove the copy")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what there is now."""
        town = self.town(options["slug"])
        if options["remove"]:
            is_gone = remove_practice(town=town)
            if is_gone:
                note_practice(municipality=town, wish="remove", report={}, now=timezone.now())
            self.stdout.write("Removed." if is_gone else "There was no practice copy.")
            return
        with bar(STEPS, "steps") as progress:

            def say(done: int) -> None:
                progress.update(done - progress.n)

            report = make_practice(town=town, now=timezone.now(), say=say)
        note_practice(municipality=town, wish="make", report=report, now=timezone.now())
        for part, counts in report.items():
            self.stdout.write(f"{part}: {sum(counts.values())}")
        self.stdout.write(f"Staff of {town.slug} find it at /{town.practice_copy.slug}/staff/.")
