"""Reads and writes elections as .pb files of Pabulib (https://pabulib.org/format).

UTF-8, three tables META, PROJECTS and VOTES with semicolons; quoted as CSV (RFC 4180) with `;`.
Numbers are read exactly: money and points with decimals become whole numbers of a smaller unit.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import get_args

from consultations.elections import Ballot, Election, Project, VoteType, joined

SECTIONS = ("META", "PROJECTS", "VOTES")
#: Nobody votes on more; a file that says so is not an election.
MOST_PROJECTS, LARGEST_FIELD = 20_000, 1_000_000
_NUMBER = re.compile(r"-?\d{1,18}([.,]\d{1,9})?")
#: The columns in which files of Pabulib say where somebody lives, the finer one last.
ZONE_COLUMNS = ("neighborhood", "district")


def gettext_noop(text: str) -> str:
    """Mark a sentence for the translators; this module knows no Django and no language."""
    return text


class BadElectionError(ValueError):
    """A file that is no election; says in which line and what to do.

    Attributes:
        template: the sentence in English, with named places.
        given: what stands in them.
    """

    def __init__(self, template: str, **given: object) -> None:
        super().__init__(template % given if given else template)
        self.template, self.given = template, given


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Mapping[str, str]

    def need(self, column: str) -> str:
        """A cell that must be there."""
        value = self.cells.get(column, "")
        if not value:
            raise BadElectionError(
                gettext_noop("line %(line)s: “%(column)s” is missing."),
                line=self.line,
                column=column,
            )
        return value

    def number(self, column: str) -> Fraction:
        """A cell that must be a number."""
        return exact(self.need(column), column, self.line)


def exact(text: str, where: str, line: int = 0) -> Fraction:
    """A decimal number without rounding; a comma may stand for the point.

    Raises:
        BadElectionError: it is no such number.
    """
    if not _NUMBER.fullmatch(text.strip()):
        said = {"where": where, "text": text[:40]}
        if line:
            raise BadElectionError(
                gettext_noop("line %(line)s: %(where)s must be a number, and is “%(text)s”."),
                line=line,
                **said,
            )
        raise BadElectionError(
            gettext_noop("%(where)s must be a number, and is “%(text)s”."), **said
        )
    return Fraction(text.strip().replace(",", "."))


def read_election(text: str) -> Election:
    """The election of a .pb file. Memory and work grow with its length.

    Raises:
        BadElectionError: a table, column or number is missing, or something names no project.
    """
    tables = _tables(text)
    meta = {row.need("key"): row.cells.get("value", "") for row in tables["META"]}
    vote_type = _vote_type(meta)
    rows = tables["PROJECTS"]
    if not rows:
        raise BadElectionError(gettext_noop("There is no project."))
    if len(rows) > MOST_PROJECTS:
        raise BadElectionError(gettext_noop("More than %(most)s projects."), most=MOST_PROJECTS)
    places = {row.need("project_id"): place for place, row in enumerate(rows)}
    if len(places) != len(rows):
        raise BadElectionError(gettext_noop("Two projects have the same project_id."))
    if "budget" not in meta:
        raise BadElectionError(gettext_noop("META has no budget."))
    money = [exact(meta["budget"], "budget"), *(row.number("cost") for row in rows)]
    if min(money) < 0:
        raise BadElectionError(gettext_noop("The budget and each cost must be zero or more."))
    scale = _scale(money)
    ballots = [_read_ballot(row, places, meta, vote_type) for row in tables["VOTES"]]
    points_scale = _scale(points for given, _zone in ballots for points in given.values())
    return Election(
        projects=[
            Project(row.cells["project_id"], int(cost * scale), row.cells)
            for row, cost in zip(rows, money[1:], strict=True)
        ],
        budget=int(money[0] * scale),
        ballots=joined(
            [
                Ballot({place: int(points * points_scale) for place, points in given.items()}, zone)
                for given, zone in ballots
            ]
        ),
        vote_type=vote_type,
        scale=scale,
        points_scale=points_scale,
        meta=meta,
    )


def write_election(
    meta: Mapping[str, object],
    projects: Sequence[Mapping[str, object]],
    votes: Sequence[Mapping[str, object]],
) -> str:
    """The text of a .pb file; all rows of a table have the columns of its first one."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(["META"])
    writer.writerow(["key", "value"])
    writer.writerows([[key, _plain(value)] for key, value in meta.items()])
    for title, rows in (("PROJECTS", projects), ("VOTES", votes)):
        writer.writerow([title])
        columns = list(rows[0]) if rows else _needed(title)
        writer.writerow(columns)
        writer.writerows([[_plain(row[column]) for column in columns] for row in rows])
    return out.getvalue()


def _plain(value: object) -> str:
    """One line of text, as a cell."""
    return " ".join(str(value).split())


def _needed(title: str) -> list[str]:
    return ["project_id", "cost"] if title == "PROJECTS" else ["voter_id", "vote"]


def _tables(text: str) -> dict[str, list[_Row]]:
    tables: dict[str, list[_Row]] = {}
    current: list[_Row] | None = None
    columns: list[str] = []
    for line, cells in _lines(text):
        if len([cell for cell in cells if cell]) == 1 and cells[0].upper() in SECTIONS:
            if cells[0].upper() in tables:
                raise BadElectionError(
                    gettext_noop("line %(line)s: %(table)s stands twice."),
                    line=line,
                    table=cells[0][:40],
                )
            current, columns = tables.setdefault(cells[0].upper(), []), []
        elif current is None:
            raise BadElectionError(
                gettext_noop("line %(line)s: the file must begin with META."), line=line
            )
        elif not columns:
            columns = [cell.lower() for cell in cells]
        else:
            current.append(_Row(line, dict(zip(columns, cells, strict=False))))
    missing = [title for title in SECTIONS if title not in tables]
    if missing:
        raise BadElectionError(gettext_noop("The table %(table)s is missing."), table=missing[0])
    return tables


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    # The bound holds for all that read tables; others ask for a smaller one.
    before = csv.field_size_limit(LARGEST_FIELD)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error as error:
        raise BadElectionError(
            gettext_noop("line %(line)s cannot be read: %(error)s"),
            line=reader.line_num,
            error=error,
        ) from error
    finally:
        csv.field_size_limit(before)


def _vote_type(meta: Mapping[str, str]) -> VoteType:
    said = meta.get("vote_type", "")
    for known in get_args(VoteType):
        if said == known:
            return known  # type: ignore[no-any-return] # one of the words of the type
    known_types = ", ".join(get_args(VoteType))
    raise BadElectionError(
        gettext_noop("vote_type must be one of %(known)s, and is “%(text)s”."),
        known=known_types,
        text=said[:40],
    )


def _read_ballot(
    row: _Row, places: Mapping[str, int], meta: Mapping[str, str], vote_type: VoteType
) -> tuple[dict[int, Fraction], str]:
    named = [code.strip() for code in row.cells.get("vote", "").split(",") if code.strip()]
    unknown = [code for code in named if code not in places]
    if unknown:
        raise BadElectionError(
            gettext_noop("line %(line)s: there is no project “%(project)s”."),
            line=row.line,
            project=unknown[0][:40],
        )
    if len(set(named)) != len(named):
        raise BadElectionError(
            gettext_noop("line %(line)s: a project stands twice."), line=row.line
        )
    zone = next((row.cells[one] for one in ZONE_COLUMNS if row.cells.get(one)), "")
    points = _points(row, len(named), meta, vote_type, len(places))
    given = {places[code]: worth for code, worth in zip(named, points, strict=True)}
    if vote_type == "scoring" and (default := exact(meta.get("default_score") or "0", "default")):
        given = {place: given.get(place, default) for place in places.values()}
    return {place: worth for place, worth in given.items() if worth}, zone


def _points(
    row: _Row, named: int, meta: Mapping[str, str], vote_type: VoteType, projects: int
) -> list[Fraction]:
    """What each named project gets; the first of an ordinal ballot gets the most (Borda)."""
    if vote_type in ("approval", "choose-1"):
        if vote_type == "choose-1" and named > 1:
            raise BadElectionError(
                gettext_noop("line %(line)s: only one project may be chosen."), line=row.line
            )
        return [Fraction(1)] * named
    if vote_type == "ordinal":
        most = int(exact(meta.get("max_length") or str(projects), "max_length"))
        if named > most:
            raise BadElectionError(
                gettext_noop("line %(line)s: more than %(most)s projects."),
                line=row.line,
                most=most,
            )
        return [Fraction(most - place) for place in range(named)]
    cells = [cell for cell in row.cells.get("points", "").split(",") if cell.strip()]
    if len(cells) != named:
        raise BadElectionError(
            gettext_noop("line %(line)s: %(projects)s projects, but %(points)s points."),
            line=row.line,
            projects=named,
            points=len(cells),
        )
    points = [exact(cell, "points", row.line) for cell in cells]
    if vote_type == "cumulative" and any(one < 0 for one in points):
        raise BadElectionError(
            gettext_noop("line %(line)s: points must be zero or more."), line=row.line
        )
    return points


def _scale(numbers: Iterable[Fraction]) -> int:
    """The least number that makes all of them whole."""
    return math.lcm(1, *{number.denominator for number in numbers})
