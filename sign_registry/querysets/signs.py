"""Questions about signs, their codes and their life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.db.models import Q

from zones.querysets import names_hold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sign_registry.models.signs import Sign, SignCode, SignEvent
    from zones.models import Municipality


class SignQuerySet(models.QuerySet["Sign"]):
    """Signs."""

    def in_municipality(self, municipality: Municipality) -> SignQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def in_state(self, *states: str) -> SignQuerySet:
        """Keep those in any of the states."""
        return self.filter(state__in=states)

    def spare(self) -> SignQuerySet:
        """Keep those not yet bound to a site."""
        return self.filter(site__isnull=True)

    def without_round(self) -> SignQuerySet:
        """Keep those with a site that no unfinished round of the crew leads to."""
        led_to = self.filter(stops__done_on__isnull=True, stops__isnull=False)
        return self.filter(site__isnull=False).exclude(pk__in=led_to.values("pk"))

    def of_category(self, code: str, today: date) -> SignQuerySet:
        """Keep those at sites of a category on a civil day."""
        return self.filter(
            Q(site__periods__valid_until__isnull=True) | Q(site__periods__valid_until__gt=today),
            site__periods__valid_from__lte=today,
            site__periods__category__code=code,
        )

    def in_zone(self, zone: int) -> SignQuerySet:
        """Keep those at sites of a zone."""
        return self.filter(site__site_zones__zone=zone)

    def matching(self, text: str, code: str = "") -> SignQuerySet:
        """Keep those with this number or code, or at a site whose name or code holds the text."""
        asked = names_hold(text, "site__names") | Q(site__code__icontains=text)
        if text.isdecimal() and len(text) < 9:
            asked |= Q(number=int(text))
        if code:
            asked |= Q(codes__token=code)
        return self.filter(asked)


class SignCodeQuerySet(models.QuerySet["SignCode"]):
    """Codes."""

    def in_municipality(self, municipality: Municipality) -> SignCodeQuerySet:
        """Keep those of one town."""
        return self.filter(sign__municipality=municipality)

    def living(self) -> SignCodeQuerySet:
        """Keep the code each sign carries now."""
        return self.filter(ended_at__isnull=True)

    def accepted(self, now: datetime) -> SignCodeQuerySet:
        """Keep living codes and replaced ones in their grace."""
        return self.filter(Q(ended_at__isnull=True) | Q(grace_until__gt=now))


class SignEventQuerySet(models.QuerySet["SignEvent"]):
    """Events in the life of signs."""

    def in_municipality(self, municipality: Municipality) -> SignEventQuerySet:
        """Keep those of one town."""
        return self.filter(sign__municipality=municipality)

    def newest_first(self) -> SignEventQuerySet:
        """The order of lists."""
        return self.order_by("-recorded_at", "-pk")
