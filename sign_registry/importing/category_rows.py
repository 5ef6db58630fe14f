"""Reads the table of categories of places: each with its question, and its reasons below it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _

from departments.csv_rows import Column, Row, RowFault, Table, as_switch, read_table

LANGUAGES = ("en", "ro", "bg")
ASPECTS = ("service", "quality", "communication")
BANDS = ("low", "middle", "high")
LONGEST_CODE, LONGEST_NAME, LONGEST_QUESTION = 40, 120, 160

COLUMNS = (
    Column("code", is_required=True, is_filled=True, longest=LONGEST_CODE),
    Column("reason", longest=LONGEST_CODE),
    Column("band"),
    Column("aspect", is_required=True),
    Column("icon", longest=LONGEST_CODE),
    Column("compare_group", longest=LONGEST_CODE),
    Column("in_use"),
    *(Column(f"name_{code}", longest=LONGEST_NAME) for code in LANGUAGES),
    *(Column(f"question_{code}", longest=LONGEST_QUESTION) for code in LANGUAGES),
)


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason offered to those whose score lies in its band."""

    line: int
    code: str
    band: str
    names: Mapping[str, str]
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category with its question and its reasons."""

    line: int
    code: str
    names: Mapping[str, str]
    aspect: str
    questions: Mapping[str, str]
    icon: str = "place"
    compare_group: str = ""
    is_active: bool = True
    reasons: list[ReasonRow] = field(default_factory=list)


def read_categories(raw: bytes) -> tuple[list[CategoryRow], list[RowFault]]:
    """Categories of a file, and everything that is wrong with it; rows with `reason` are reasons.

    A reason stands anywhere in the file; its `code` names the category it belongs to.
    """
    table = read_table(raw, COLUMNS, unique=("code", "reason", "band"))
    faults = [*table.faults, *_row_faults(table)]
    if faults:
        return [], faults
    categories = {row["code"]: _category(row) for row in table.rows if not row["reason"]}
    for row in table.rows:
        if not row["reason"]:
            continue
        if row["code"] not in categories:
            sentence = _("No row without a reason describes the category “%(code)s”. Add one.")
            faults.append(RowFault(row.line, sentence % {"code": row["code"]}))
            continue
        categories[row["code"]].reasons.append(_reason(row))
    return list(categories.values()), faults


def _row_faults(table: Table) -> Iterable[RowFault]:
    for row in table.rows:
        yield from (RowFault(row.line, sentence) for sentence in _faults_of(row))


def _faults_of(row: Row) -> Iterable[str]:
    for column in ("code", "reason", "icon", "compare_group"):
        if row[column] and slugify(row[column]) != row[column]:
            yield _("“%(text)s” is no short name. Use small letters, digits and hyphens.") % {
                "text": row[column][:LONGEST_CODE]
            }
    if not row.names():
        yield _("The row has no name. Fill in at least one column such as name_en.")
    if as_switch(row["in_use"] or "yes") is None:
        yield _("“%(text)s” is neither yes nor no.") % {"text": row["in_use"][:LONGEST_CODE]}
    yield from _choice_faults(row)


def _choice_faults(row: Row) -> Iterable[str]:
    if row["reason"]:
        if row["band"] not in BANDS:
            yield _one_of(row["band"], BANDS)
        return
    if row["aspect"] not in ASPECTS:
        yield _one_of(row["aspect"], ASPECTS)
    if not row.names("question"):
        yield _("The category has no question. Fill in at least one column such as question_en.")


def _one_of(text: str, known: Iterable[str]) -> str:
    return _("“%(text)s” is not known here. Write one of: %(known)s.") % {
        "text": text[:LONGEST_CODE],
        "known": ", ".join(known),
    }


def _category(row: Row) -> CategoryRow:
    return CategoryRow(
        row.line,
        row["code"],
        row.names(),
        row["aspect"],
        row.names("question"),
        icon=row["icon"] or "place",
        compare_group=row["compare_group"] or row["code"],
        is_active=_in_use(row),
    )


def _reason(row: Row) -> ReasonRow:
    return ReasonRow(row.line, row["reason"], row["band"], row.names(), is_active=_in_use(row))


def _in_use(row: Row) -> bool:
    return bool(as_switch(row["in_use"] or "yes"))
