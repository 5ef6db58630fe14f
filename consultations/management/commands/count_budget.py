"""Counts an election on a budget from a file, without the database."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from consultations.counting import ADD1, EQUAL_SHARES, GREEDY, Result, count, order_of, rule_of
from consultations.elections import Election
from consultations.pabulib import BadElectionError, read_election
from zones.management.towns import InputError


class Command(BaseCommand):
    """`manage.py count_budget FILE.pb`: winners and what they cost."""

    help = "Count an election on a budget (a .pb file of Pabulib) and print who wins."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how to count."""
        parser.add_argument("file", metavar="FILE.pb")
        parser.add_argument(
            "--rule", choices=(GREEDY, EQUAL_SHARES), help="else the rule that the file names"
        )
        parser.add_argument("--completion", choices=(ADD1,), help="with equal-shares")
        parser.add_argument(
            "--order",
            metavar="CODES",
            help="codes of all projects with commas, as drawn by lot for ties; else as in the file",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, count, tell."""
        if options["completion"] and options["rule"] != EQUAL_SHARES:
            raise InputError("--completion needs --rule equal-shares.")
        try:
            election = read_election(_text(options["file"]))
            rule = rule_of(election, options["rule"] or "", options["completion"] or "")
            order = _order(election, options["order"])
            result = count(election, rule, order)
        except (BadElectionError, ValueError) as error:
            raise InputError(f"“{options['file']}”: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(election, result), ensure_ascii=False))
        else:
            self._tell(election, result)

    def _tell(self, election: Election, result: Result) -> None:
        names = {one.code: one.columns.get("name", "") for one in election.projects}
        costs = {one.code: Fraction(one.cost, election.scale) for one in election.projects}
        for code in result.winners:
            self.stdout.write(f"{code}\t{_money(costs[code])}\t{names[code]}")
        self.stdout.write(
            f"{len(result.winners)} of {len(election.projects)} projects win, "
            f"{_money(result.spent)} of {_money(result.budget)}, {election.voters} voters."
        )
        if result.said is not None:
            is_same = result.said == set(result.winners)
            self.stdout.write(
                "The file says the same." if is_same else "The file names other winners."
            )


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"“{path}” cannot be read: {error}") from error


def _order(election: Election, codes: str | None) -> list[int]:
    if codes is None:
        return order_of(election)
    places = {project.code: place for place, project in enumerate(election.projects)}
    named = [code.strip() for code in codes.split(",")]
    if sorted(named) != sorted(places):
        raise BadElectionError("--order must name each project of the file once.")
    return [places[code] for code in named]


def _as_json(election: Election, result: Result) -> dict[str, Any]:
    projects = zip(election.projects, result.votes, result.scores, strict=True)
    return {
        "rule": result.rule.name,
        "completion": result.rule.completion,
        "budget": _money(result.budget),
        "spent": _money(result.spent),
        "voters": election.voters,
        "winners": list(result.winners),
        "as_in_file": None if result.said is None else result.said == set(result.winners),
        "projects": [
            {
                "code": project.code,
                "cost": _money(Fraction(project.cost, election.scale)),
                "votes": votes,
                "score": _money(score),
            }
            for project, votes, score in projects
        ],
    }


def _money(value: Fraction) -> str:
    """A decimal number; scales divide powers of ten, so that it ends."""
    whole = value.denominator == 1
    return str(value.numerator) if whole else f"{float(value):.9f}".rstrip("0")
