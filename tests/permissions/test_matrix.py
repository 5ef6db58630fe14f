"""Every address x everybody: who is let in, who is not, and that the table says all of it."""

from pathlib import Path

import pytest
from pytest_django import Settings

from departments.access import Right
from tests.permissions.asking import disagreements, faults, unlisted
from tests.permissions.matrix import Entry, entries, faults_of_words
from tests.permissions.page import PAGE, page
from tests.permissions.people import everybody
from tests.routes import every_route
from tests.whole_town import town_with
from tests.whole_town_files import freeze_open_geodata

#: Every so many-th address from an own start on, one part of the table for each worker.
PARTS = range(3)
PLANTED = {
    entry.route: entry
    for entry in (
        Entry("<slug:slug>/unguarded/", f"right:{Right.ADMINISTER}", "-", ""),
        Entry("<slug:slug>/wrong/", f"right:{Right.ADMINISTER}", "-", ""),
        Entry("<slug:slug>/remarks/<int:pk>/", f"right:{Right.ADMINISTER}", "-", "remark"),
        Entry("forms/", "-", "public", ""),
    )
}


def test_every_address_stands_in_the_table() -> None:
    found = list(unlisted(every_route(), entries()))
    assert not found, "\n".join(found)


def test_the_table_and_the_pages_name_the_same_rights() -> None:
    table = entries()
    listed = [one for one in every_route() if one.path in table]
    found = [*faults_of_words(table), *disagreements(listed, table)]
    assert not found, "\n".join(found)


def test_the_page_for_readers_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(entries()), "run: python -m tests.permissions"


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_everybody_gets_what_the_table_says(
    method: str, part: int, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    ours, theirs = town_with("Ours", "ours"), town_with("Theirs", "theirs")
    freeze_open_geodata(ours.row)
    table = entries()
    listed = [one for one in every_route() if one.path in table][part :: len(PARTS)]
    found = list(faults(listed, table, everybody(ours, theirs), (ours, theirs), method))
    assert not found, "\n".join(found)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.urls("tests.permissions.unguarded_urls")
def test_a_missing_guard_a_wrong_right_and_a_foreign_row_are_found() -> None:
    ours, theirs = town_with("Ours", "ours"), town_with("Theirs", "theirs")
    planted = [one for one in every_route() if one.path in PLANTED]
    found = "\n".join(faults(planted, PLANTED, everybody(ours, theirs), (ours, theirs), "GET"))
    assert "GET /ours/unguarded/ answers 200" in found
    assert "GET /ours/wrong/ answers 200" in found
    assert "crew_lead" in found
    assert "shows a row of another municipality (200" in found


@pytest.mark.urls("tests.permissions.unguarded_urls")
def test_what_the_table_does_not_know_is_found() -> None:
    routes = every_route()
    unknown = "\n".join(unlisted(routes, entries()))
    assert all(f"{path!r} stands in no line" in unknown for path in PLANTED)
    planted = [one for one in routes if one.path in PLANTED]
    found = "\n".join(disagreements(planted, PLANTED))
    assert "unguarded/: the table names a right, but the page is no page of staff" in found
    assert "wrong/: the page asks for crew" in found
    assert "forms/: takes what another site sends" in found
    assert list(faults_of_words({"x": Entry("x", "right:fly", "-", "")})) == [
        "x: 'right:fly' is no rule."
    ]
