"""Reads reports of another register from a table whose columns somebody names; line by line."""

import csv
import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from geo.crs import STORAGE_SRID
from incidents.models import Category, Incident
from incidents.services.past import PastEvent, PastReport
from incidents.services.reporting import NewReport
from incidents.workflow import Kind, Outcome
from zones.importing.rows import Refusal
from zones.models import Municipality

PARTS = (
    "number", "created", "category", "longitude", "latitude", "status", "closed", "words",
)  # fmt: skip
REQUIRED = ("number", "created", "longitude", "latitude")
#: Words for what has ended, in small letters.
ENDED = frozenset({"closed", "completed", "resolved", "done", "închis", "rezolvat", "приключен"})
FORMATS = (
    "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M", "%d.%m.%Y",
)  # fmt: skip
LONGEST_NUMBER = 40


class _RefusedError(Exception):
    """A line that cannot be taken, with the sentence that says why."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Which column holds what, and which kinds of the other register are which of ours."""

    columns: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=dict)

    def missing(self, header: Sequence[str]) -> list[str]:
        """Columns that the file does not have, and parts that no column was named for."""
        unnamed = [part for part in REQUIRED if part not in self.columns]
        return unnamed + [name for name in self.columns.values() if name not in header]


class PastReader:
    """Turns lines into reports of the past; remembers what it refused and did not know."""

    def __init__(self, municipality: Municipality, fields: FieldMap, now: dt.datetime) -> None:
        self.town, self.fields, self.now = municipality, fields, now
        self.zone = ZoneInfo(municipality.timezone)
        self.refused: list[Refusal] = []
        self.unknown_kinds: dict[str, int] = {}
        self.known = 0
        rows = Incident.objects.in_municipality(municipality).filter(source="import")
        self.taken = set(rows.values_list("register_number", flat=True))
        self.kinds = self._kinds()

    def read(self, path: Path) -> Iterator[PastReport]:
        """The reports of a file that can be taken and were not before."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), 2):
                try:
                    report = self._report(row)
                except _RefusedError as refused:
                    self.refused.append(Refusal(line, str(refused)))
                    continue
                if report is not None:
                    yield report

    def _kinds(self) -> dict[str, Category]:
        """Kinds by code, by each name, and by the words of the map; in small letters."""
        found: dict[str, Category] = {}
        for one in Category.objects.in_municipality(self.town).offered():
            for name in (one.code, *one.names.values()):
                found[name.casefold()] = one
        for theirs, ours in self.fields.kinds.items():
            if ours.casefold() in found:
                found[theirs.casefold()] = found[ours.casefold()]
        return found

    def _report(self, row: Mapping[str, str]) -> PastReport | None:
        number = self._cell(row, "number")
        if not 0 < len(number) <= LONGEST_NUMBER:
            raise _RefusedError(
                _("A number of 1 to %(most)d characters is needed.") % {"most": LONGEST_NUMBER}
            )
        if number in self.taken:
            self.known += 1
            return None
        at = self._moment(row, "created")
        if at is None:
            raise _RefusedError(_("There is no day on which it was reported."))
        report = NewReport(
            category=self._category(row),
            geometry=self._place(row),
            words=self._cell(row, "words")[:4000],
            source=Incident.Source.IMPORTED,
            register_number=number,
            registered_on=at.astimezone(self.zone).date(),
        )
        past = PastReport(report, at, self._ending(row, at))
        self.taken.add(number)
        return past

    def _ending(self, row: Mapping[str, str], at: dt.datetime) -> list[PastEvent]:
        """One event for what has ended there; nothing is made up of what happened between."""
        closed = self._moment(row, "closed")
        if closed is None and self._cell(row, "status").casefold() not in ENDED:
            return []
        if closed is not None and closed < at:
            raise _RefusedError(_("It ended before it began."))
        data = {"outcome": str(Outcome.DONE), "by": "import"}
        return [PastEvent(Kind.CLOSED, closed or at, data)]

    def _category(self, row: Mapping[str, str]) -> Category | None:
        named = self._cell(row, "category")
        category = self.kinds.get(named.casefold())
        if category is None:
            self.unknown_kinds[named] = self.unknown_kinds.get(named, 0) + 1
        return category

    def _place(self, row: Mapping[str, str]) -> Point:
        try:
            x, y = (float(self._cell(row, axis)) for axis in ("longitude", "latitude"))
        except ValueError as error:
            raise _RefusedError(_("There is no point.")) from error
        if not (math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90):
            raise _RefusedError(_("This is no longitude and latitude."))
        point = Point(x, y, srid=STORAGE_SRID)
        if self.town.outline is not None and not self.town.outline.covers(point):
            raise _RefusedError(_("The point lies outside the town."))
        return point

    def _moment(self, row: Mapping[str, str], part: str) -> dt.datetime | None:
        written = self._cell(row, part)
        if not written:
            return None
        moment = _read_moment(written)
        if moment is None:
            raise _RefusedError(_("“%(text)s” is no day and hour.") % {"text": written[:40]})
        moment = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        if moment > self.now:
            raise _RefusedError(_("“%(text)s” has not come yet.") % {"text": written[:40]})
        return moment.astimezone(dt.UTC)

    def _cell(self, row: Mapping[str, str], part: str) -> str:
        return (row.get(self.fields.columns.get(part, "")) or "").strip().replace("\x00", "")


def _read_moment(written: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(written)
    except ValueError:
        pass
    for form in FORMATS:
        try:
            return dt.datetime.strptime(written, form)  # noqa: DTZ007 - the town's own clock
        except ValueError:
            continue
    return None
