"""Founds a town with signs in a real installation and prints how to reach them, as JSON.

`python -m tests.anonymity.town SITES`
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django first
from django.contrib.auth import (  # noqa: E402 - Django first
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - Django first

from sign_registry.models import ReasonTag, Sign  # noqa: E402 - Django first
from tests.factories.accounts import MembershipFactory  # noqa: E402 - Django first
from tests.factories.signs import sign_in  # noqa: E402 - Django first
from tests.factories.sites import ReasonTagFactory, SiteCategoryFactory, rated_site  # noqa: E402 - Django first
from tests.factories.zones import MunicipalityFactory  # noqa: E402 - Django first


def signed_in_session(user: object) -> str:
    """The session key of a browser that is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)  # type: ignore[attr-defined]
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    session.create()
    return str(session.session_key)


def main(sites: int) -> None:
    """Make the rows and print them."""
    town = MunicipalityFactory.create(slug="canary")
    category = SiteCategoryFactory.create(municipality=town)
    for band in ReasonTag.Band:
        ReasonTagFactory.create(category=category, band=band)
    signs = [
        sign_in(Sign.State.INSTALLED, site=rated_site(municipality=town, category=category))
        for _ in range(sites)
    ]
    person = MembershipFactory.create(municipality=town).user
    found = [{"site": one.site_id, "token": one.codes.get().token} for one in signs]
    sys.stdout.write(json.dumps({"signs": found, "session": signed_in_session(person)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
