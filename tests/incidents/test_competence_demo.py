"""The rules of both towns of the demonstration answer for every kind of fault everywhere."""

import csv

import pytest
from django.conf import settings

FIXTURES = settings.BASE_DIR / "fixtures"
TOWNS = [("piatra-neamt", "ro"), ("stara-zagora", "bg")]
NARROWING = ("zone", "street", "site", "site_category", "weekdays", "from", "until")


def lines(*path: str) -> list[dict[str, str]]:
    """Rows of a table."""
    with FIXTURES.joinpath(*path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("town", "language"), TOWNS)
def test_each_kind_has_a_rule_for_everywhere_at_all_hours(town: str, language: str) -> None:
    rules = lines("geojson", town, "report_rules.csv")
    everywhere = {row["category"] for row in rules if not any(row[name] for name in NARROWING)}
    kinds = [row for row in lines("reports", f"categories-{language}.csv") if row["parent"]]
    assert len(kinds) > 30
    unanswered = [row["code"] for row in kinds if not everywhere & {row["code"], row["parent"], ""}]
    assert unanswered == []


@pytest.mark.parametrize(("town", "_language"), TOWNS)
def test_no_rule_stands_behind_one_that_takes_everything_from_it(town: str, _language: str) -> None:
    taken: set[str] = set()
    for row in lines("geojson", town, "report_rules.csv"):
        assert row["category"] not in taken, row["code"]
        if not any(row[name] for name in NARROWING):
            taken.add(row["category"])
