"""Asks every address as everybody and compares the answers with the table."""

from collections.abc import Iterator
from http.cookies import SimpleCookie

from django.core.cache import cache
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client

from departments.views import StaffView
from tests.permissions.matrix import (
    Entry,
    Expected,
    adds_something,
    expected,
    is_met,
)
from tests.permissions.people import ADMINISTRATOR, Person
from tests.routes import Route
from tests.whole_town import Town, path_of

#: What forms choose among, as the rows of the town; most forms come empty.
CHOSEN = {
    "department": "body",
    "category": "report_category",
    "asked": "asked_opinion",
    "contribution": "waiting_contribution",
    "resident": "resident",
    "words": "survey_words",
}


def unlisted(routes: list[Route], table: dict[str, Entry]) -> Iterator[str]:
    """Addresses without a line, and lines without an address."""
    paths = [route.path for route in routes]
    for path in sorted(set(paths) - set(table)):
        yield f"{path!r} stands in no line of the table; say there who may open it."
    for path in sorted(set(table) - set(paths)):
        yield f"{path!r} stands in the table, but there is no such address."


def disagreements(routes: list[Route], table: dict[str, Entry]) -> Iterator[str]:
    """Pages of staff whose class names another right than the table, or that the table opens."""
    for route in routes:
        entry = table[route.path]
        view = route.view_class
        if view is not None and issubclass(view, StaffView):
            is_owners = "owner" in (entry.get, entry.post)  # the right, and the own row besides
            if entry.rights != {view.right} and not is_owners:
                yield f"{route.path}: the page asks for {view.right}, not {sorted(entry.rights)}."
        elif entry.rights:
            yield f"{route.path}: the table names a right, but the page is no page of staff."
        if entry.post not in ("-", "secret", "key") and getattr(
            route.callback, "csrf_exempt", False
        ):
            yield f"{route.path}: takes what another site sends in a reader's name (csrf_exempt)."


def faults(
    routes: list[Route],
    table: dict[str, Entry],
    people: list[Person],
    towns: tuple[Town, Town],
    method: str,
) -> Iterator[str]:
    """Everything that came back otherwise than the table says, one sentence for each answer."""
    ours, theirs = towns
    for route in routes:
        entry = table[route.path]
        path = path_of(route, ours, _row_of(ours, entry))
        surprised: dict[str, list[str]] = {}
        for person in people:
            if fault := _as_told(method, path, entry, person, _form(ours)):
                surprised.setdefault(fault, []).append(person.name)
        yield from (f"{fault} {', '.join(names)}" for fault, names in surprised.items())
        if entry.row and entry.rule(method) not in ("-", "owner"):
            foreign = path_of(route, ours, _row_of(theirs, entry))
            yield from _foreign_row(method, foreign, _insider(people, entry.rule(method)))


def _row_of(town: Town, entry: Entry) -> dict[str, str]:
    """The row that stands in the address, by its number or its reference."""
    number = town.numbers.get(entry.row, "")
    return {"reference": number} if entry.row == "reference" else {"pk": number}


def _insider(people: list[Person], rule: str) -> Person:
    """Somebody whom the rule lets in: the administrator, or whoever has the right instead."""
    administrator = next(one for one in people if one.name == ADMINISTRATOR)
    wide = [administrator, *(one for one in people if not one.standing.is_narrow)]
    may = (one for one in wide if expected(rule, one.standing, has_row=True) is Expected.IN)
    return next(may, administrator)


def _form(town: Town) -> dict[str, str]:
    """What is sent with every POST."""
    return {
        "verb": "note",
        "state": "released",
        **{name: town.numbers[row] for name, row in CHOSEN.items()},
    }


def _as_told(
    method: str, path: str, entry: Entry, person: Person, form: dict[str, str]
) -> str | None:
    rule = entry.rule(method)
    if not (person.is_typical or adds_something(rule, person.standing)):
        return None
    wanted = expected(rule, person.standing, has_row=bool(entry.row))
    status, location = _ask(person.browser, method, path, form)
    if is_met(wanted, status, location, resolve_url("login")):
        return None
    return f"{method} {path} answers {status} {location} where {rule} wants to be {wanted}:"


def _foreign_row(method: str, path: str, insider: Person) -> Iterator[str]:
    """A row of another municipality under the own town's address is there for nobody."""
    status, location = _ask(insider.browser, method, path, {})
    if not is_met(Expected.ABSENT, status, location, ""):
        yield f"{method} {path} shows a row of another municipality ({status} {location})."


def _ask(browser: Client, method: str, path: str, form: dict[str, str]) -> tuple[int, str]:
    """Status and target of the answer; whatever was written is undone."""
    cookies = SimpleCookie(browser.cookies)
    try:
        with transaction.atomic():
            answer = browser.get(path) if method == "GET" else browser.post(path, form)
            if answer.streaming:
                list(answer)  # read to its end, the test client closes the file
            transaction.set_rollback(True)
    finally:
        browser.cookies = cookies
        cache.clear()
    return answer.status_code, answer.get("Location", "")
