"""Say where nobody answers, and which rules cannot be followed."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from incidents.competence import rules_of
from incidents.competence_check import gaps_in
from incidents.competence_words import fault_in_words
from incidents.services.rules import draft_of, rules_now
from zones.days import civil_day
from zones.management.town_command import TownCommand
from zones.management.towns import InputError

MOST_PIECES = 5


class Command(TownCommand):
    """`manage.py check_rules SLUG [--draft]`: exit code 2 where there are no such rules."""

    help = "Say for the whole town where no rule answers, and which rules cannot be followed."

    def add_arguments(self, parser: CommandParser) -> None:
        """The town, and which version."""
        super().add_arguments(parser)
        parser.add_argument("--draft", action="store_true", help="the draft, not what is in force")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, and say."""
        town = self.town(options["slug"])
        rule_set = draft_of(town) if options["draft"] else rules_now(town)
        if rule_set is None:
            raise InputError(f"{town.slug} has no such rules.")
        book = rules_of(rule_set, civil_day(timezone.now(), town.timezone))
        for rule in book.rules:
            if rule.pk in book.broken:
                self.stdout.write(f"! {rule.code}: {fault_in_words(book.broken[rule.pk])}")
        gaps = gaps_in(book)
        for gap in gaps:
            names = ", ".join(category.code for category in gap.categories)
            hours = "" if gap.is_always else " at some hours"
            self.stdout.write(f"? {names}: {gap.area_m2 / 10_000:.1f} ha without an answer{hours}")
            for piece in gap.pieces[:MOST_PIECES]:
                place = f"{piece.longitude:.6f} {piece.latitude:.6f}"
                self.stdout.write(f"    {piece.area_m2 / 10_000:.2f} ha at {place}")
        self.stdout.write(
            f"version {rule_set.number}: {len(book.rules)} rules, {len(book.broken)} broken, "
            f"{len(gaps)} gaps"
        )
