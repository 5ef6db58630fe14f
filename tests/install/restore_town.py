"""A town for the proof of backups: founded, at work until it is stopped, with somebody erased.

`python -m tests.install.restore_town found | work N | erase NUMBER`
"""

import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django first
from django.utils import timezone  # noqa: E402 - Django first

from accounts.models import User  # noqa: E402 - Django first
from incidents.models import Category  # noqa: E402 - Django first
from incidents.signing import make_key  # noqa: E402 - Django first
from portal.privacy.erasing import erase  # noqa: E402 - Django first
from tests.anonymity.town import signed_in_session  # noqa: E402 - Django first
from tests.factories.accounts import UserFactory  # noqa: E402 - Django first
from tests.factories.incidents import CategoryFactory, RuleFactory, reported  # noqa: E402 - Django first
from tests.factories.zones import MunicipalityFactory  # noqa: E402 - Django first
from zones.models import Municipality  # noqa: E402 - Django first

OLD = 3


def found() -> None:
    """A town with reports, a picture, and two residents, one of whom is inside."""
    make_key()
    town = MunicipalityFactory.create(slug="drill", modules=["reports"])
    lamp = CategoryFactory.create(municipality=town, code="lamp")
    RuleFactory.create(rule_set__municipality=town)
    for _ in range(OLD):
        reported(town, category=lamp, now=timezone.now())
    leaves = UserFactory.create(email="quokka@people.example")
    UserFactory.create(email="wombat@people.example")
    signed_in_session(leaves)
    picture = Path(settings.MEDIA_ROOT) / "submissions" / "first.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"not really a picture")
    tell({"leaves": leaves.pk})


def work(reports: int) -> None:
    """Report after report; each is told when it is committed, with the moment after it."""
    town = Municipality.objects.get(slug="drill")
    lamp = Category.objects.get(municipality=town, code="lamp")
    for _ in range(reports):
        incident = reported(town, category=lamp, now=timezone.now())
        tell({"tracking": incident.tracking, "at": timezone.now().isoformat()})


def leave(number: int) -> None:
    """The town forgets one person."""
    erase(user=User.objects.get(pk=number), now=timezone.now())


def tell(said: dict[str, object]) -> None:
    """One line for the proof."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"found": found, "work": work, "erase": leave}[sys.argv[1]](*map(int, sys.argv[2:]))  # type: ignore[operator]
