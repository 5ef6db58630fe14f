"""Questions about residents, where they live, and what waits at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.contrib.auth.models import AnonymousUser
    from django.contrib.gis.geos import GEOSGeometry

    from accounts.models import User
    from residents.models import (
        AddressLetter,
        AddressQuestion,
        ReachBasis,
        Residence,
        Resident,
        ResidentZone,
        Reveal,
    )
    from zones.models import Address, Municipality


class ResidentQuerySet(models.QuerySet["Resident"]):
    """People who registered."""

    def in_municipality(self, municipality: Municipality) -> ResidentQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def of(self, user: User | AnonymousUser) -> ResidentQuerySet:
        """Keep those of one account; none of a visitor without one."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def finished(self) -> ResidentQuerySet:
        """Keep those who went through every step of registration."""
        return self.filter(finished_at__isnull=False)

    def living_at(self, address: Address) -> ResidentQuerySet:
        """Keep those whose present home is an address of the register."""
        home = {"residences__address": address, "residences__valid_until__isnull": True}
        return self.filter(**home)

    def belonging_to(self, zones: Collection[int] | None) -> ResidentQuerySet:
        """Keep those whose present home belongs to one of some zones; all where none are named."""
        if zones is None:
            return self
        held = {
            "residences__valid_until__isnull": True,
            "residences__zones__zone__in": zones,
            "residences__zones__valid_until__isnull": True,
        }
        return self.filter(**held).distinct()


class ResidenceQuerySet(models.QuerySet["Residence"]):
    """Where residents live."""

    def in_municipality(self, municipality: Municipality) -> ResidenceQuerySet:
        """Keep those of one town."""
        return self.filter(resident__municipality=municipality)

    def in_force(self, on: date) -> ResidenceQuerySet:
        """Keep those valid on a civil day of the town."""
        until = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
        return self.filter(until, valid_from__lte=on)

    def counted(self, on: date) -> ResidenceQuerySet:
        """Keep those of finished residents, valid on a civil day."""
        return self.in_force(on).filter(
            resident__finished_at__isnull=False, resident__user__is_active=True
        )

    def belonging_to(self, zones: Collection[int] | None) -> ResidenceQuerySet:
        """Keep those that belong to one of some zones; all of them where no zones are named."""
        if zones is None:
            return self
        held = {"zones__zone__in": zones, "zones__valid_until__isnull": True}
        return self.filter(**held).distinct()

    def whose_address_vanished(self, on: date) -> ResidenceQuerySet:
        """Keep those in force at a pin where an address of the register was, not yet asked."""
        was_known = Q(question__isnull=True) | Q(
            question__state="settled", question__answer="address"
        )
        return self.in_force(on).filter(was_known, address__isnull=True)

    def covered_by(self, geometry: GEOSGeometry) -> ResidenceQuerySet:
        """Keep those whose point a shape in EPSG:4326 covers, its edge included."""
        return self.filter(location__coveredby=geometry)


class ResidentZoneQuerySet(models.QuerySet["ResidentZone"]):
    """Zones that residences belong to."""

    def open(self) -> ResidentZoneQuerySet:
        """Keep those that hold now."""
        return self.filter(valid_until__isnull=True)


class AddressQuestionQuerySet(models.QuerySet["AddressQuestion"]):
    """Addresses the register does not know."""

    def in_municipality(self, municipality: Municipality) -> AddressQuestionQuerySet:
        """Keep those of one town."""
        return self.filter(residence__resident__municipality=municipality)

    def unsettled(self) -> AddressQuestionQuerySet:
        """Keep those that wait for somebody, at the desk or at home."""
        return self.filter(state__in=["open", "asked"])

    def waiting(self) -> AddressQuestionQuerySet:
        """Keep those nobody has settled, the oldest first."""
        return self.filter(state="open").order_by("asked_at", "pk")


class AddressLetterQuerySet(models.QuerySet["AddressLetter"]):
    """Letters with a code."""

    def in_municipality(self, municipality: Municipality) -> AddressLetterQuerySet:
        """Keep those of one town."""
        return self.filter(residence__resident__municipality=municipality)

    def to_print(self) -> AddressLetterQuerySet:
        """Keep those that were asked for and not printed, of homes that are still lived in."""
        return self.filter(printed_at__isnull=True, residence__valid_until__isnull=True)

    def under_way(self, on: date) -> AddressLetterQuerySet:
        """Keep those that were printed and whose code still works on a day."""
        return self.filter(
            printed_at__isnull=False,
            used_at__isnull=True,
            refused_at__isnull=True,
            returned_at__isnull=True,
            expires_on__gte=on,
        )

    def asked_since(self, moment: datetime) -> AddressLetterQuerySet:
        """Keep those asked for from a moment on."""
        return self.filter(asked_at__gte=moment)


class RevealQuerySet(models.QuerySet["Reveal"]):
    """Looks of staff at addresses."""

    def in_municipality(self, municipality: Municipality) -> RevealQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)


class ReachBasisQuerySet(models.QuerySet["ReachBasis"]):
    """Whom published squares stood for."""

    def in_municipality(self, municipality: Municipality) -> ReachBasisQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)
