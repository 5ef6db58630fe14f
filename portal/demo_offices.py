"""Loads the invented offices, people and calendars of a demonstration by the town's own loads."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from departments.acts import Act
from departments.loading import Loaded, load_calendars, load_departments, load_staff
from zones.models import Municipality

Say = Callable[[str], None]


def load_demo_offices(
    *, folder: Path, municipality: Municipality, now: dt.datetime, say: Say
) -> None:
    """Load calendars.csv, departments.csv and staff.csv, those of them that are there.

    Raises:
        FaultyFile: for a table that does not fit, which is an error of the program.
    """
    loads: dict[str, Callable[..., Loaded]] = {
        "calendars": load_calendars,
        "departments": load_departments,
        "staff": load_staff,
    }
    for name, load in loads.items():
        path = folder / f"{name}.csv"
        if path.is_file():
            act = Act(None, now, path.name)
            loaded = load(municipality=municipality, raw=path.read_bytes(), act=act)
            say(f"{municipality.slug}: {name}: {len(loaded.added)} new")
