"""Founds a town that votes in a real installation and prints how to reach it, as JSON.

`python -m tests.install.vote_town <voters>`
"""

import datetime as dt
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone  # noqa: E402 - Django first

from consultations.phases import PhaseKind  # noqa: E402 - Django first
from consultations.services.rolls import make_roll  # noqa: E402 - Django first
from tests.anonymity.town import signed_in_session  # noqa: E402 - Django first
from tests.consultations.votes import SETTINGS  # noqa: E402 - Django first
from tests.factories.consultations import (  # noqa: E402 - Django first
    BudgetProjectFactory,
    PhaseFactory,
    ProcessFactory,
)
from tests.factories.residents import ResidenceFactory  # noqa: E402 - Django first
from tests.factories.zones import MunicipalityFactory  # noqa: E402 - Django first

PROJECTS = 3


def main(voters: int) -> None:
    """Make the rows and print them."""
    now, day = timezone.now(), dt.timedelta(days=1)
    town = MunicipalityFactory.create(slug="drill", modules=["consultations", "notices"])
    process = ProcessFactory.create(municipality=town, reference_on=None)
    phase = PhaseFactory.create(
        process=process,
        kind=PhaseKind.VOTE,
        starts_at=now - day,
        ends_at=now + day,
        settings=SETTINGS,
    )
    projects = BudgetProjectFactory.create_batch(PROJECTS, process=process)
    homes = [
        ResidenceFactory.create(resident__municipality=town, valid_from=now.date() - 2 * day)
        for _ in range(voters)
    ]
    make_roll(phase=phase, now=now)
    found = {
        "process": process.pk,
        "phase": phase.pk,
        "codes": [one.code for one in projects],
        "sessions": [signed_in_session(home.resident.user) for home in homes],
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
