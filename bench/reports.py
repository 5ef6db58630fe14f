"""Lists of reports as a browser asks for them, beside bare SQL for the same rows."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.harness import Comparison, Contender, Row, compare, fact, write_results
from bench.people import register_points, store_addresses
from bench.reports_copies import copy_reports
from bench.reports_town import store_reports
from bench.scratch import DATABASE, owner, scratch_database

COMMAND = "make bench ARGS=reports"
COUNT, FULL, ROUNDS = 200_000, 2_000_000, 40
#: One report in so many is written as the program writes them; the others are copies of them.
ORIGINALS, FEWEST = 50, 1_000
_BOX = "26.36,46.92,26.38,46.935"
_COLUMNS = "id, reference, status, category_id, department_id, place_text, reported_at, due_on"
_ALIVE = "status IN ('new', 'triage', 'open', 'working', 'forwarded')"
#: Page of the program, and the rows it shows asked barely.
PAGES = {
    "inbox": (
        "/bench/desk/",
        f"SELECT {_COLUMNS} FROM incidents_incident WHERE municipality_id = %(town)s AND {_ALIVE} "
        "ORDER BY due_on NULLS LAST, reported_at, id LIMIT 30",
    ),
    "public_list": (
        "/bench/reports/",
        f"SELECT {_COLUMNS} FROM incidents_incident WHERE municipality_id = %(town)s "
        "AND is_released ORDER BY reported_at DESC, id DESC LIMIT 30",
    ),
    "map": (
        f"/bench/reports/places.geojson?bbox={_BOX}",
        "SELECT report.reference, report.status, report.category_id, "
        "ST_AsGeoJSON(report.geometry, 7) FROM incidents_incident AS report "
        "JOIN incidents_category AS category ON category.id = report.category_id "
        "WHERE report.municipality_id = %(town)s AND report.is_released "
        "AND category.visibility = 'public' AND report.status NOT IN ('new', 'refused') "
        f"AND report.geometry && ST_MakeEnvelope({_BOX}, 4326) "
        "ORDER BY report.reported_at DESC, report.id DESC LIMIT 2001",
    ),
    "export": (
        "/bench/desk/?format=csv",
        f"SELECT {_COLUMNS} FROM incidents_incident WHERE municipality_id = %(town)s AND {_ALIVE} "
        "ORDER BY due_on NULLS LAST, reported_at, id",
    ),
}


def main(smoke: bool = False) -> list[Row]:
    """Measure, publish and give the rows."""
    count = 5_000 if smoke else FULL if os.environ.get("SIZE") == "full" else COUNT
    rows: list[Row] = []
    comparisons: dict[str, Comparison] = {}
    with scratch_database():
        town, browser = _stored(count, rows)
        for name, (path, query) in PAGES.items():
            timed = compare(
                [
                    Contender("page", lambda: None, _asking(browser, path)),
                    Contender("sql", lambda: None, _bare(query, town)),
                ],
                rounds=5 if smoke else ROUNDS,
            )
            comparisons[name] = timed
            page, bare = (_p95(timed, one) for one in ("page", "sql"))
            rows += [
                fact(f"reports.{name}.p95", page, "s", command=COMMAND, noisy=timed.noisy),
                fact(f"reports.{name}.sql.p95", bare, "s", command=COMMAND, noisy=timed.noisy),
            ]
        rows.append(_verified(town))
    write_results("reports", rows, comparisons)
    return rows


def _stored(count: int, rows: list[Row]) -> tuple[int, Any]:
    """The town, and a browser in which its dispatcher is signed in."""
    from django.conf import settings
    from django.test import Client
    from django.test.utils import override_settings, setup_test_environment

    from zones.models import Municipality

    setup_test_environment()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    override_settings(
        MEGDAN_STAFF_SECOND_FACTOR=False,
        SECURE_SSL_REDIRECT=False,
        STORAGES={**settings.STORAGES, "staticfiles": plain},  # whether or not it was built
    ).enable()
    with owner(DATABASE) as connection, connection.cursor() as cursor:
        number = store_addresses(cursor, *register_points())
        connection.commit()
    originals = max(count // ORIGINALS, FEWEST)
    start = time.perf_counter()
    user, _office = store_reports(Municipality.objects.get(pk=number), originals)
    written = originals / (time.perf_counter() - start)
    rows.append(fact("reports.written", written, "reports a second", command=COMMAND))
    start, copies = time.perf_counter(), count // originals - 1
    with owner(DATABASE) as connection, connection.cursor() as cursor:
        copy_reports(cursor, number, copies)
        connection.commit()
        copied = originals * copies / (time.perf_counter() - start)
        rows.append(fact("reports.copied", copied, "reports a second", command=COMMAND))
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE incidents_incident, incidents_incidentevent")
    browser = Client()
    browser.force_login(user)
    return number, browser


def _verified(town: int) -> Row:
    """How fast the ledger is checked; one that is not whole is no bench."""
    from incidents.services.verifying import Tally, verify_town
    from zones.models import Municipality

    start, tally = time.perf_counter(), Tally()
    faults = [str(one) for one in verify_town(Municipality.objects.get(pk=town), tally)]
    if faults:
        raise AssertionError(f"The ledger is not whole: {faults[:3]}")
    speed = tally.reports / (time.perf_counter() - start)
    return fact("reports.verified", speed, "reports a second", command=COMMAND)


def _asking(browser: Any, path: str) -> Callable[[Any], int]:
    def ask(_state: Any) -> int:
        answer = browser.get(path)
        if answer.status_code != 200:
            raise AssertionError(f"{path} answers {answer.status_code}")
        return len(b"".join(answer) if answer.streaming else answer.content)

    return ask


def _bare(query: str, town: int) -> Callable[[Any], int]:
    def ask(_state: Any) -> int:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(query, {"town": town})
            return len(cursor.fetchall())

    return ask


def _p95(timed: Comparison, name: str) -> float:
    return statistics.quantiles(timed.measured[name].wall, n=20, method="inclusive")[-1]
