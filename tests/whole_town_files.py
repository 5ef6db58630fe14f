"""Files a town of the crawls has beside the database; only where a test gives them a folder."""

import datetime as dt

from portal.geodata.editions import freeze_edition
from tests.whole_town import EDITION
from zones.models import Municipality


def freeze_open_geodata(municipality: Municipality) -> None:
    """Write the edition of open geodata whose month stands in addresses."""
    month = dt.datetime.fromisoformat(f"{EDITION}-15T12:00:00+00:00")
    freeze_edition(municipality=municipality, now=month)
