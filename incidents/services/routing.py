"""Sends a report to whom the rules name, or leaves it for a person where they cannot say."""

import datetime as dt

from incidents.models import Incident


def route(*, incident: Incident, now: dt.datetime) -> None:
    """Ask the rules and record what they say."""
