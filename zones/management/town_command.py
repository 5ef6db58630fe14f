"""What the loading commands share: finding the town, naming the source, saying what is wrong."""

import datetime as dt
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from zones.importing.fields import ZoneFields
from zones.importing.report import refusals
from zones.importing.rows import Change, Refusal, Source
from zones.management.towns import InputError, town_named
from zones.models import Municipality


class TownCommand(BaseCommand):
    """A command that loads a file into one town."""

    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        """The town; subclasses add the rest."""
        parser.add_argument("slug", help="short name of the municipality")

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Turn what the domain refuses into a sentence and exit code 2."""
        try:
            return super().execute(*args, **options)
        except ValidationError as error:
            raise InputError(" ".join(error.messages)) from error

    def town(self, slug: str) -> Municipality:
        """The municipality of that short name."""
        return town_named(slug)

    def say_change(self, what: str, change: Change) -> None:
        """One line of figures, then every row that was left out."""
        self.stdout.write(
            f"{what}: {change.added} new, {change.changed} changed, {change.removed} removed, "
            f"{change.unchanged} unchanged, {len(change.refused)} left out"
        )
        self.say_refused(change.refused)

    def say_refused(self, refused: list[Refusal]) -> None:
        """The rows that were left out, on standard error."""
        for line in refusals(sorted(refused, key=lambda row: row.line)):
            self.stderr.write(line)


def add_source_arguments(parser: CommandParser) -> None:
    """Where the file comes from; kept with every row it brings."""
    parser.add_argument("--source", help="who made the data (default: the name of the file)")
    parser.add_argument("--licence", default="not stated", help="licence of the data")
    parser.add_argument("--attribution", default="", help="text to show with the data")
    parser.add_argument("--url", default="", help="web address of the data")
    parser.add_argument("--dated", type=day, help="date of the data, as 2026-01-31")
    parser.add_argument("--synthetic", action="store_true", help="the data is invented")


def source_of(options: dict[str, Any]) -> Source:
    """The data set that the options name."""
    return Source(
        source=options["source"] or Path(options["file"]).name,
        licence=options["licence"],
        attribution=options["attribution"],
        url=options["url"],
        dated_on=options["dated"],
        is_synthetic=options["synthetic"],
    )


def add_name_arguments(parser: CommandParser) -> None:
    """Which columns name a row."""
    parser.add_argument("--code-field", default="code", help="column of the codes")
    parser.add_argument(
        "--name-field",
        action="append",
        metavar="[LANGUAGE=]COLUMN",
        help="column of the names; several as ro=nume en=name (default: name)",
    )


def fields_of(options: dict[str, Any], town: Municipality) -> ZoneFields:
    """The columns that the options name; a column without a language is the town's first."""
    names = {}
    for given in options["name_field"] or ["name"]:
        language, equals, column = given.partition("=")
        if equals:
            names[language] = column
        else:
            names[town.languages[0]] = given
    return ZoneFields(options["code_field"], names)


def day(text: str) -> dt.date:
    """A civil day, for argparse."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a day. Write it as 2026-01-31.") from error


def field_map(given: list[str], parts: tuple[str, ...]) -> dict[str, str]:
    """{part: column} of the words `column=part`."""
    chosen = {}
    for word in given:
        column, equals, part = word.rpartition("=")
        if not equals or part not in parts:
            raise InputError(
                f"“{word}” is no map of a column. Write column=part, with a part out of: "
                + ", ".join(parts)
                + "."
            )
        chosen[part] = column
    return chosen


def bar(total: int, unit: str) -> "tqdm[Any]":
    """A progress bar, silent where nobody watches."""
    return tqdm(total=total, unit=unit, leave=False, disable=not sys.stderr.isatty())
