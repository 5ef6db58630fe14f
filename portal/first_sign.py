"""The first place of a town with its sign: place, plan, approval and print run in one go."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Membership
from geo.crs import STORAGE_SRID
from sign_registry.models import PrintBatch, Sign, Site, SiteCategory
from sign_registry.printing import Format
from sign_registry.services.printing import PrintOrder, order_batch
from sign_registry.services.signs import approve_signs, plan_sign
from sign_registry.services.sites import SiteFacts, save_site, set_category_and_owner
from zones.days import civil_day
from zones.importing.rows import Source
from zones.models import Municipality
from zones.services.datasets import dataset_for

CODE = "first"


@dataclass(frozen=True, slots=True)
class FirstPlace:
    """How a place is called, and where it is, in degrees."""

    names: Mapping[str, str]
    longitude: float
    latitude: float


@transaction.atomic
def make_first_sign(
    *,
    municipality: Municipality,
    where: FirstPlace,
    category: SiteCategory,
    actor: Membership,
    now: dt.datetime,
) -> PrintBatch:
    """Make the place and order its sign.

    Raises:
        ValidationError: what one of the services refuses: a place outside the town, no address to
            print on signs.
    """
    site = save_site(
        municipality=municipality,
        code=_free_code(municipality),
        facts=SiteFacts(
            kind=Site.Kind.POINT,
            names=where.names,
            dataset=dataset_for(municipality, Source(_("Entered by the town office"), "-")),
            geometry=Point(where.longitude, where.latitude, srid=STORAGE_SRID),
        ),
        actor=actor,
        now=now,
    )
    today = civil_day(now, municipality.timezone)
    set_category_and_owner(
        site=site, category=category, owner=None, since=today, actor=actor, now=now
    )
    sign = plan_sign(
        municipality=municipality, site=site, purpose=Sign.Purpose.RATING, now=now, actor=actor
    )
    approve_signs(municipality=municipality, signs=[sign], actor=actor, now=now)
    return order_batch(
        municipality=municipality,
        signs=[sign],
        order=PrintOrder(Format.A5),
        actor=actor,
        now=now,
    )


def _free_code(municipality: Municipality) -> str:
    taken = set(
        Site.objects.in_municipality(municipality)
        .filter(code__startswith=CODE)
        .values_list("code", flat=True)
    )
    numbers = range(1, len(taken) + 2)
    return next(code for n in numbers if (code := f"{CODE}-{n}") not in taken)
