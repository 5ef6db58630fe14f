"""Tables as towns write them: what is understood, and that every fault is told at once."""

import pytest

from departments.csv_rows import LARGEST_FILE, Column, Table, as_switch, read_table
from zones.cells import safe_cell

COLUMNS = (
    Column("code", is_required=True, is_filled=True, longest=10),
    Column("name_ro"),
    Column("name_bg"),
)


def faults(table: Table) -> list[tuple[int, str]]:
    return [(fault.line, fault.message) for fault in table.faults]


@pytest.mark.parametrize(
    "raw",
    [
        b"code,name_ro\nroads,Drumuri\n",
        "\ufeffCode ; Name_RO\r\n roads ; Drumuri \r\n\r\n".encode(),
        b'code\tname_ro\n"roads"\t"Drumuri"\n',
    ],
)
def test_the_ways_of_spreadsheets_are_understood(raw: bytes) -> None:
    table = read_table(raw, COLUMNS, unique=("code",))
    assert faults(table) == []
    (row,) = table.rows
    assert (row.line, row["code"], row["name_bg"], row.names()) == (
        2,
        "roads",
        "",
        {"ro": "Drumuri"},
    )


def test_every_fault_is_told_with_its_line() -> None:
    raw = b"code,name_ro\n,A\nroads,B\nroads,C\nroads-and-more,D\nx,y,z\n"
    lines = [line for line, _ in faults(read_table(raw, COLUMNS, unique=("code",)))]
    assert lines == [2, 4, 5, 6]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"code\x00\n", "not a text"),
        (b"x" * (LARGEST_FILE + 1), "larger than 2 MB"),
        (b"code\n", "no rows"),
        (b"name_ro\nA\n", "“code” is missing"),
        (b"code,colour\na,b\n", "“colour” is not known"),
        (b"code,code\na,b\n", "is there twice"),
    ],
)
def test_a_file_that_is_no_such_table_is_told_why(raw: bytes, words: str) -> None:
    assert any(words in message for _line, message in faults(read_table(raw, COLUMNS)))


def test_what_an_export_guards_is_read_back_as_it_was() -> None:
    phone = "+40 233 218 991"
    raw = f"code,name_ro\nroads,{safe_cell(phone)}\n".encode()
    assert read_table(raw, COLUMNS).rows[0]["name_ro"] == phone


@pytest.mark.parametrize(
    ("text", "is_on"), [("yes", True), ("Да", True), ("nu", False), ("", False), ("maybe", None)]
)
def test_yes_and_no_in_our_languages(text: str, is_on: bool | None) -> None:
    assert as_switch(text) is is_on
