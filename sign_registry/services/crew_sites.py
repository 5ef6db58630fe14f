"""A place that the crew found and the register did not know."""

import datetime as dt
import uuid

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sign_registry.models import Site, SiteCategory, SitePeriod
from sign_registry.services.site_zones import place_sites
from zones.models import Dataset, Municipality

_SOURCE = "crew"
_SOURCE_NAME = "The town's own sign crew"


def site_of_key(*, municipality: Municipality, key: uuid.UUID) -> Site | None:
    """The place that an entry of a phone made, if it has arrived."""
    return Site.objects.in_municipality(municipality).filter(code=_code(key)).first()


def add_site(  # noqa: PLR0913 - what is known of a place
    *,
    municipality: Municipality,
    key: uuid.UUID,
    name: str,
    category: str,
    location: Point | None,
    on: dt.date,
    now: dt.datetime,
) -> Site:
    """Add a point to the register where the crew says it is, to be looked over by the office.

    Raises:
        ValidationError: `no_place`, `outside`, `no_category`, or a name that does not fit.
    """
    if location is None:
        raise ValidationError(
            _("A new place needs a position. Let the phone find where you stand."), code="no_place"
        )
    if municipality.outline and not municipality.outline.covers(location):
        raise ValidationError(
            _("This place is outside the municipality. Choose a place inside the border."),
            code="outside",
        )
    kind = SiteCategory.objects.in_municipality(municipality).in_use().filter(code=category).first()
    if kind is None:
        raise ValidationError(
            _("This kind of place is not in use. Choose another one."), code="no_category"
        )
    site = Site(
        municipality=municipality,
        kind=Site.Kind.POINT,
        code=_code(key),
        names={municipality.languages[0]: name},
        geometry=location,
        opened_on=on,
        dataset=_dataset(municipality, on),
        note=_("Added by the crew on the spot."),
    )
    site.full_clean(exclude=["municipality", "dataset"])
    site.save()
    SitePeriod.objects.create(site=site, category=kind, valid_from=on)
    place_sites(municipality=municipality, now=now, only=[site.pk])
    return site


def _code(key: uuid.UUID) -> str:
    return f"{_SOURCE}-{key}"


def _dataset(municipality: Municipality, on: dt.date) -> Dataset:
    found, _made = Dataset.objects.get_or_create(
        municipality=municipality,
        source=_SOURCE_NAME,
        licence="CC0-1.0",
        defaults={"dated_on": on},
    )
    return found
