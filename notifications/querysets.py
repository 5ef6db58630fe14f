"""Questions about notices: what is public, what goes out, who was told, who follows what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from django.contrib.gis.geos import GEOSGeometry

    from accounts.models import User
    from notifications.models import (
        Announcement,
        FollowedArea,
        Mute,
        Notice,
        PaperRun,
        Preference,
        PushSubscription,
    )
    from zones.models import Municipality


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """Notices of a town."""

    def in_municipality(self, municipality: Municipality) -> AnnouncementQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def public(self, now: datetime) -> AnnouncementQuerySet:
        """Keep those everybody may read."""
        return self.filter(state__in=["sending", "sent"], published_at__lte=now)

    def readable(self, now: datetime) -> AnnouncementQuerySet:
        """Keep those that have a page: public ones, and withdrawn ones, which say just that."""
        return self.filter(state__in=["sending", "sent", "withdrawn"], published_at__lte=now)

    def current(self, now: datetime) -> AnnouncementQuerySet:
        """Keep public ones whose period has not ended."""
        return self.public(now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))

    def due(self, now: datetime) -> AnnouncementQuerySet:
        """Keep those whose moment to go out has come, and those half way."""
        return self.filter(state__in=["scheduled", "sending"], send_at__lte=now).order_by("send_at")

    def meeting(self, geometry: GEOSGeometry) -> AnnouncementQuerySet:
        """Keep those drawn on, or aimed at, ground that a shape in EPSG:4326 shares."""
        return self.filter(
            Q(geometry__intersects=geometry) | Q(target__geometry__intersects=geometry)
        )

    def newest_first(self) -> AnnouncementQuerySet:
        """The order of public lists."""
        return self.order_by("-published_at", "-pk")


class PaperRunQuerySet(models.QuerySet["PaperRun"]):
    """Long PDFs that go with notices."""

    def in_municipality(self, municipality: Municipality) -> PaperRunQuerySet:
        """Keep those of one town."""
        return self.filter(announcement__municipality=municipality)

    def due(self, now: datetime) -> PaperRunQuerySet:
        """Keep those that wait, and those whose maker was interrupted, the oldest first."""
        return self.filter(state__in=["waiting", "running"], next_attempt_at__lte=now).order_by(
            "next_attempt_at", "pk"
        )

    def newest_first(self) -> PaperRunQuerySet:
        """The order of lists."""
        return self.order_by("-ordered_at", "-pk")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices as one resident got them."""

    def in_municipality(self, municipality: Municipality) -> NoticeQuerySet:
        """Keep those of one town."""
        return self.filter(announcement__municipality=municipality)

    def of(self, user: User | AnonymousUser) -> NoticeQuerySet:
        """Keep those of one account."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def unread(self) -> NoticeQuerySet:
        """Keep those not opened yet."""
        return self.filter(read_at__isnull=True)

    def shown(self, now: datetime) -> NoticeQuerySet:
        """Leave out those whose announcement was withdrawn."""
        return self.filter(
            announcement__state__in=["sending", "sent"], announcement__published_at__lte=now
        )

    def newest_first(self) -> NoticeQuerySet:
        """The order of the own page."""
        return self.order_by("-told_at", "-pk")

    def for_digest(self) -> NoticeQuerySet:
        """Keep those that wait for the daily letter."""
        return self.filter(way="digest", digested_at__isnull=True)


class FollowedAreaQuerySet(models.QuerySet["FollowedArea"]):
    """Places that people follow."""

    def in_municipality(self, municipality: Municipality) -> FollowedAreaQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def of(self, user: User | AnonymousUser) -> FollowedAreaQuerySet:
        """Keep those of one account."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class PreferenceQuerySet(models.QuerySet["Preference"]):
    """What people want to hear."""

    def in_municipality(self, municipality: Municipality) -> PreferenceQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def of(self, user: User | AnonymousUser) -> PreferenceQuerySet:
        """Keep that of one account."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class MuteQuerySet(models.QuerySet["Mute"]):
    """Things people hear no more of."""

    def in_municipality(self, municipality: Municipality) -> MuteQuerySet:
        """Keep those about things of one town."""
        return self.filter(
            Q(announcement__municipality=municipality) | Q(works__municipality=municipality)
        )

    def of(self, user: User | AnonymousUser) -> MuteQuerySet:
        """Keep those of one account."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    """Browsers that take messages."""

    def in_municipality(self, municipality: Municipality) -> PushSubscriptionQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def of(self, user: User | AnonymousUser) -> PushSubscriptionQuerySet:
        """Keep those of one account."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def listening(self) -> PushSubscriptionQuerySet:
        """Keep those whose service has not said that nobody listens."""
        return self.filter(address__gone_at__isnull=True)
