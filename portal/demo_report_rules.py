"""Gives a demonstration town its kinds of faults and says which office answers for what."""

import csv
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from departments.models import Department
from incidents.models import Category, CompetenceRule, RuleSet
from zones.models import Municipality, Street, Zone
from zones.models.municipality import LANGUAGES

CATEGORIES = settings.BASE_DIR / "fixtures" / "reports" / "categories.csv"
#: What the file writes where a report is a petition or a signal by the law of the country.
LEGAL = "legal"


def load_demo_categories(*, municipality: Municipality, regime: str) -> int:
    """Add the kinds of faults that are missing; groups stand before their parts."""
    known = {one.code: one for one in Category.objects.in_municipality(municipality)}
    for position, line in enumerate(_lines(CATEGORIES)):
        if line["code"] not in known:
            known[line["code"]] = Category.objects.create(
                municipality=municipality,
                code=line["code"],
                parent=known.get(line["parent"]),
                position=position,
                regime=regime if line["regime"] == LEGAL else line["regime"],
                **_facts(line),
            )
    return len(known)


def _facts(line: Mapping[str, str]) -> dict[str, Any]:
    words = {code: text.split(";") for code, text in _in_languages(line, "words").items()}
    chosen = {name: line[name] for name in ("reporter", "visibility", "release") if line[name]}
    return {
        "names": _in_languages(line, "name"),
        "hints": _in_languages(line, "hint"),
        "words": words,
        "icon": line["icon"],
        "is_hazard": line["is_hazard"] == "yes",
        "danger_texts": _in_languages(line, "danger"),
        "shapes": line["shapes"].split(";") if line["shapes"] else [],
        "family": line["family"],
        "target_hours": int(line["target_hours"]) if line["target_hours"] else None,
        "questions": json.loads(line["questions"]) if line["questions"] else [],
        **chosen,
    }


def load_demo_rules(*, path: Path, municipality: Municipality, now: dt.datetime) -> int:
    """Put the rules of the file in force in a town that has none."""
    if RuleSet.objects.in_municipality(municipality).exists():
        return 0
    rule_set = RuleSet.objects.create(
        municipality=municipality,
        number=1,
        state=RuleSet.State.IN_FORCE,
        note=path.name,
        made_at=now,
        in_force_at=now,
    )
    offices = {one.code: one for one in Department.objects.in_municipality(municipality)}
    kinds = {one.code: one for one in Category.objects.in_municipality(municipality)}
    rules = [
        CompetenceRule(
            rule_set=rule_set,
            position=position,
            code=line["code"],
            category=kinds[line["category"]] if line["category"] else None,
            zone=_zone(municipality, line["zone"]),
            street=_street(municipality, line["street"]),
            within_metres=int(line["within_metres"] or 0),
            weekdays=[int(day) for day in line["weekdays"].split(",") if day],
            from_time=_time(line["from"]),
            until_time=_time(line["until"]),
            department=offices[line["department"]],
            note=line["note"],
        )
        for position, line in enumerate(_lines(path), 1)
    ]
    return len(CompetenceRule.objects.bulk_create(rules))


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _in_languages(line: Mapping[str, str], name: str) -> dict[str, str]:
    return {code: text for code in LANGUAGES if (text := line[f"{name}_{code}"])}


def _zone(municipality: Municipality, named: str) -> Zone | None:
    if not named:
        return None
    kind, _colon, code = named.partition(":")
    return Zone.objects.in_municipality(municipality).get(kind__code=kind, code=code)


def _street(municipality: Municipality, code: str) -> Street | None:
    return Street.objects.in_municipality(municipality).get(code=code) if code else None


def _time(text: str) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None
