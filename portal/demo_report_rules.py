"""Loads kinds of faults and rules of competence of a demonstration by the town's own loads."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from departments.acts import Act
from incidents.loading import load_report_categories, load_rules
from zones.models import Municipality

FOLDER = settings.BASE_DIR / "fixtures" / "reports"


def load_demo_rules(
    *, folder: Path, facts: Mapping[str, Any], municipality: Municipality, since: dt.datetime
) -> tuple[int, int]:
    """Load both tables, with the rules in force since a moment; how many rows were new.

    Raises:
        FaultyFile: for a table that does not fit, which is an error of the program.
    """
    act = Act(None, since, "demo")
    kinds = load_report_categories(
        municipality=municipality, raw=(FOLDER / facts["categories"]).read_bytes(), act=act
    )
    rules = load_rules(
        municipality=municipality,
        raw=(folder / facts["rules"]).read_bytes(),
        act=act,
        note=facts["rules_note"],
    )
    return len(kinds.added), len(rules.added)
