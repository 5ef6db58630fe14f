"""Founds a town that takes reports in a real installation and prints how to reach it, as JSON.

`python -m tests.install.report_town`
"""

import datetime as dt
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone  # noqa: E402 - Django first

from incidents.signing import make_key  # noqa: E402 - Django first
from tests.anonymity.town import signed_in_session  # noqa: E402 - Django first
from tests.factories.accounts import MembershipFactory  # noqa: E402 - Django first
from tests.factories.incidents import CategoryFactory, RuleFactory, reported  # noqa: E402 - Django first
from tests.factories.zones import MunicipalityFactory, spot  # noqa: E402 - Django first

#: Reports that wait for their seal when the installation starts, and how old they are.
OLD, DAYS = 3, 20


def main() -> None:
    """Make the rows and print them."""
    make_key()
    town = MunicipalityFactory.create(slug="drill", modules=["reports"])
    lamp = CategoryFactory.create(municipality=town, code="lamp")
    rule = RuleFactory.create(rule_set__municipality=town)
    officer = MembershipFactory.create(
        municipality=town, role="handler", department=rule.department
    ).user
    for _ in range(OLD):
        reported(town, category=lamp, now=timezone.now() - dt.timedelta(days=DAYS))
    middle = spot(2, 2)
    found = {
        "officer": officer.pk,
        "session": signed_in_session(officer),
        "place": [middle.x, middle.y],
        "old": OLD,
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
