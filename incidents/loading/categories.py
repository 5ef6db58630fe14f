"""Loads categories of reports: a row for each, known by its code; those that are missing stay."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.csv_rows import Column, Row, Table, as_switch, read_table
from departments.loading.tables import Loaded, name_columns, one_of, row_refused, whole_or_nothing
from incidents.models import Category
from incidents.services.categories import CategoryFacts, category_values, save_report_category
from zones.models import Municipality
from zones.models.municipality import LANGUAGES

TEXTS = {"name": "names", "hint": "hints", "danger": "danger_texts"}
CHOICES = ("icon", "reporter", "visibility", "release")
LONGEST_QUESTIONS = 8_000
CATEGORY_COLUMNS = (
    Column("code", is_required=True, is_filled=True, longest=40),
    Column("parent", is_required=True),
    *name_columns(),
    *(Column(f"hint_{code}") for code in LANGUAGES),
    *(Column(f"words_{code}") for code in LANGUAGES),
    Column("icon", longest=40),
    Column("is_hazard"),
    *(Column(f"danger_{code}") for code in LANGUAGES),
    Column("shapes"),
    *(Column(name) for name in CHOICES[1:]),
    Column("family", longest=40),
    Column("regime", longest=40),
    Column("target_hours"),
    Column("questions", longest=LONGEST_QUESTIONS),
    Column("in_use"),
)


def load_report_categories(
    *, municipality: Municipality, raw: bytes, act: Act, is_trial: bool = False
) -> Loaded:
    """Add and change categories by their codes; a column that is left out changes nothing.

    A group stands before its parts; the order of the rows is the order in which people choose.

    Raises:
        FaultyFile: with each line that is wrong; nothing is stored then.
    """
    table = read_table(raw, CATEGORY_COLUMNS, unique=("code",))
    faults = list(table.faults)
    loaded = Loaded()
    with whole_or_nothing(faults, is_trial=is_trial):
        rows = Category.objects.in_municipality(municipality).select_related("parent")
        known = {row.code: row for row in rows}
        for position, row in enumerate(table.sound_rows):
            with row_refused(faults, row.line):
                _take(row, table, position, known, municipality, act, loaded)
    return loaded


def category_cells(category: Category) -> list[Any]:
    """A category as a row of the columns that are loaded."""
    return [
        category.code,
        category.parent.code if category.parent else "",
        *(category.names.get(code, "") for code in LANGUAGES),
        *(category.hints.get(code, "") for code in LANGUAGES),
        *(";".join(category.words.get(code, [])) for code in LANGUAGES),
        category.icon,
        "yes" if category.is_hazard else "",
        *(category.danger_texts.get(code, "") for code in LANGUAGES),
        ";".join(category.shapes),
        category.reporter,
        category.visibility,
        category.release,
        category.family,
        category.regime,
        category.target_hours,
        json.dumps(category.questions, ensure_ascii=False) if category.questions else "",
        "yes" if category.is_active else "no",
    ]


def _take(  # noqa: PLR0913 - one row on its way into one town
    row: Row,
    table: Table,
    position: int,
    known: dict[str, Category],
    municipality: Municipality,
    act: Act,
    loaded: Loaded,
) -> None:
    there = known.get(row["code"])
    before = category_values(there) if there else None
    saved = save_report_category(
        municipality=municipality,
        facts=_facts(row, table, position, known),
        act=act,
        category=there,
    )
    known[saved.code] = saved
    if before is None:
        loaded.added.append(saved.name)
    elif before != category_values(saved):
        loaded.changed.append(saved.name)
    else:
        loaded.unchanged += 1


def _facts(row: Row, table: Table, position: int, known: dict[str, Category]) -> CategoryFacts:
    there = known.get(row["code"])
    facts = CategoryFacts(row["code"], {})
    if there:
        facts = CategoryFacts(**{name: getattr(there, name) for name in CategoryFacts.__slots__})
    given: dict[str, Any] = {
        field: _texts(row, table, column, getattr(facts, field)) for column, field in TEXTS.items()
    }
    given |= {name: row[name] for name in CHOICES if row[name]}
    given |= {name: row[name] for name in ("family", "regime") if name in table.columns}
    return replace(
        facts,
        parent=one_of(known, row, "parent"),
        words=_words(row, table, facts),
        position=position,
        **_read(row, table),
        **given,
    )


def _read(row: Row, table: Table) -> dict[str, Any]:
    """Cells that are more than text."""
    readers: dict[str, tuple[str, Callable[[], Any]]] = {
        "is_hazard": ("is_hazard", lambda: _switch(row, "is_hazard")),
        "in_use": ("is_active", lambda: _switch(row, "in_use", default="yes")),
        "shapes": ("shapes", lambda: [part for part in row["shapes"].split(";") if part]),
        "target_hours": ("target_hours", lambda: _number(row)),
        "questions": ("questions", lambda: _questions(row)),
    }
    return {
        field: reader() for column, (field, reader) in readers.items() if column in table.columns
    }


def _texts(row: Row, table: Table, column: str, standing: Any) -> dict[str, str]:
    written = {code for code in LANGUAGES if f"{column}_{code}" in table.columns}
    kept = {code: text for code, text in standing.items() if code not in written}
    return kept | row.names(column)


def _words(row: Row, table: Table, facts: CategoryFacts) -> dict[str, list[str]]:
    written = {code for code in LANGUAGES if f"words_{code}" in table.columns}
    kept = {code: list(words) for code, words in facts.words.items() if code not in written}
    return kept | {
        code: [word.strip() for word in text.split(";") if word.strip()]
        for code, text in row.names("words").items()
    }


def _switch(row: Row, column: str, default: str = "") -> bool:
    is_on = as_switch(row[column] or default)
    if is_on is None:
        raise _refusal(column, _("Write yes or no."), "not_a_switch")
    return is_on


def _number(row: Row) -> int | None:
    text = row["target_hours"]
    if text and not text.isdecimal():
        raise _refusal("target_hours", _("Write whole hours."), "not_a_number")
    return int(text) if text else None


def _questions(row: Row) -> list[Any]:
    if not row["questions"]:
        return []
    try:
        questions = json.loads(row["questions"])
    except ValueError as error:
        raise _refusal("questions", _("This is not JSON."), "not_json") from error
    if not isinstance(questions, list):
        raise _refusal("questions", _("Write a list of questions."), "not_a_list")
    return questions


def _refusal(column: str, sentence: str, code: str) -> ValidationError:
    return ValidationError({column: ValidationError(sentence, code=code)})
