"""Reads the tables a town fills in: header, rows with their line, every fault at once; no ORM."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LARGEST_FILE = 2_000_000
MOST_ROWS = 20_000
LONGEST_CELL = 2_000
# What a spreadsheet would run as a formula is written with an apostrophe before it; see
# zones.cells. Reading takes it off again, so that a file that was exported can be loaded back.
_GUARDED = re.compile(r"'[=+\-@\t\r\n＝＋－＠]")
_YES = frozenset({"1", "true", "yes", "y", "x", "da", "да", "d"})
_NO = frozenset({"0", "false", "no", "n", "nu", "не", ""})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the header: whether the file must have it, and whether each row must fill it."""

    name: str
    is_required: bool = False
    is_filled: bool = False
    longest: int = LONGEST_CELL


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a line of the file; line 0 is the file as a whole."""

    line: int
    message: str

    def __str__(self) -> str:
        if not self.line:
            return self.message
        return _("Line %(line)d: %(message)s") % {"line": self.line, "message": self.message}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file and its cells by column; a column left out is empty."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def names(self, prefix: str = "name") -> dict[str, str]:
        """Texts in languages: of the columns name_ro, name_bg … those that are filled."""
        start = f"{prefix}_"
        return {
            column.removeprefix(start): text
            for column, text in self.cells.items()
            if column.startswith(start) and text
        }


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says, and what is wrong with it; with faults nothing of it should be stored."""

    rows: Sequence[Row]
    columns: Sequence[str]
    faults: list[RowFault] = field(default_factory=list)

    @property
    def sound_rows(self) -> list[Row]:
        """Rows without a fault of their own; the others are told and not tried."""
        told = {fault.line for fault in self.faults}
        return [row for row in self.rows if row.line not in told]


class FaultyFile(ValidationError):  # noqa: N818 - it tells of a file, as ValidationError does
    """A file that is refused as a whole, with each of its faults; nothing of it was stored."""

    def __init__(self, faults: Iterable[RowFault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__([str(fault) for fault in self.faults], code="faulty_file")


def read_table(raw: bytes, columns: Sequence[Column], *, unique: Sequence[str] = ()) -> Table:
    """Read a table of known columns, in UTF-8, divided by commas, semicolons or tabs.

    A leading byte order mark, blank lines and blanks around cells are nothing; letter case of the
    header does not matter.

    Args:
        unique: columns that together name a row; a second row of the same name is a fault.
    """
    try:
        text = _text_of(raw)
    except ValidationError as refused:
        return Table([], [], [RowFault(0, refused.messages[0])])
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        header = [cell.strip().lower() for cell in next(lines, [])]
        if faults := _header_faults(header, columns):
            return Table([], header, faults)
        return _read_rows(lines, header, columns, unique)
    except csv.Error:
        fault = RowFault(lines.line_num, _("This is not a row of a table. Save it again as CSV."))
        return Table([], [], [fault])


def as_switch(text: str) -> bool | None:
    """Read yes or no in our languages; an empty cell is no, anything else is None."""
    word = text.strip().lower()
    if word in _YES:
        return True
    return False if word in _NO else None


def _text_of(raw: bytes) -> str:
    if len(raw) > LARGEST_FILE:
        raise ValidationError(_("The file is larger than 2 MB. Split it."), code="too_large")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("The file is not in UTF-8. Save it again as “CSV UTF-8”."), code="encoding"
        ) from error
    if "\x00" in text:
        raise ValidationError(
            _("The file is not a text. Save the table again as “CSV UTF-8”."), code="not_a_text"
        )
    if not text.strip():
        raise ValidationError(
            _("The file is empty. Its first line must name the columns."), code="empty"
        )
    return text


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _header_faults(header: list[str], columns: Sequence[Column]) -> list[RowFault]:
    known = {column.name for column in columns}
    words = {"known": ", ".join(column.name for column in columns)}
    faults = [
        RowFault(1, _("The column “%(name)s” is missing.") % {"name": column.name})
        for column in columns
        if column.is_required and column.name not in header
    ]
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            faults.append(
                RowFault(1, _("The column “%(name)s” is there twice.") % {"name": name[:80]})
            )
        elif name not in known:
            sentence = _("The column “%(name)s” is not known. Known are: %(known)s.")
            faults.append(RowFault(1, sentence % {**words, "name": name[:80]}))
    return faults


def _read_rows(
    lines: Iterable[list[str]], header: list[str], columns: Sequence[Column], unique: Sequence[str]
) -> Table:
    rows: list[Row] = []
    table = Table(rows, header)
    seen: dict[tuple[str, ...], int] = {}
    by_name = {column.name: column for column in columns}
    for cells in lines:
        line = lines.line_num  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) >= MOST_ROWS:
            table.faults.append(RowFault(line, _("The file has too many rows. Split it.")))
            break
        if len(cells) > len(header):
            table.faults.append(
                RowFault(line, _("The row has more cells than the header. Check the quotes."))
            )
            continue
        row = Row(line, {name: _clean(cell) for name, cell in zip(header, cells, strict=False)})
        table.faults.extend(_cell_faults(row, by_name))
        table.faults.extend(_repeated(row, unique, seen))
        rows.append(row)
    if not rows and not table.faults:
        table.faults.append(RowFault(0, _("The file has no rows below its header.")))
    return table


def _clean(cell: str) -> str:
    text = cell.strip()
    return text[1:] if _GUARDED.match(text) else text


def _cell_faults(row: Row, columns: Mapping[str, Column]) -> list[RowFault]:
    faults = []
    for column in columns.values():
        words = {"name": column.name, "longest": column.longest}
        if column.is_filled and not row[column.name]:
            faults.append(RowFault(row.line, _("“%(name)s” is empty. Fill it in.") % words))
        if len(row[column.name]) > column.longest:
            sentence = _("“%(name)s” is longer than %(longest)d characters. Shorten it.")
            faults.append(RowFault(row.line, sentence % words))
    return faults


def _repeated(row: Row, unique: Sequence[str], seen: dict[tuple[str, ...], int]) -> list[RowFault]:
    key = tuple(row[name].casefold() for name in unique)
    if not any(key):
        return []
    first = seen.setdefault(key, row.line)
    if first == row.line:
        return []
    sentence = _("This is the same as line %(first)d. Keep one of them.")
    return [RowFault(row.line, sentence % {"first": first})]
