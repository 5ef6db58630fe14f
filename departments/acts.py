"""Who does something, when, and by way of what: handed to every verb of this app; no ORM."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zones.days import civil_day

if TYPE_CHECKING:
    from accounts.models import User
    from zones.models import Municipality


@dataclass(frozen=True, slots=True)
class Act:
    """The person (None for a command), the moment, and the page, command or file it came by."""

    actor: "User | None"
    now: dt.datetime
    origin: str = ""

    def today_in(self, municipality: "Municipality") -> dt.date:
        """The civil day of the town at the moment of the act."""
        return civil_day(self.now, municipality.timezone)
