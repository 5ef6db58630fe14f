"""Tells the reporter and the followers what happened, in their language."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from incidents.models import Incident, IncidentEvent


def tell_people(
    incident: Incident, event: IncidentEvent, data: Mapping[str, Any], now: dt.datetime
) -> None:
    """Write the letters that an event asks for, in its transaction."""
