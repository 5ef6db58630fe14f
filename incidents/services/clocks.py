"""Keeps the terms of a report as its events say."""

import datetime as dt

from incidents.models import Incident


def refresh_clocks(incident: Incident, now: dt.datetime) -> None:
    """Reckon the terms again from all events, and put the earliest that runs into `due_on`."""
