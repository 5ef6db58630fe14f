"""Questions about staff: who may administer which municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from departments.models import Membership
    from zones.models import Municipality


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, narrowed in domain words."""

    def in_municipality(self, municipality: Municipality) -> MembershipQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def of(self, user: User | AnonymousUser) -> MembershipQuerySet:
        """Keep those a person holds; nobody signed in or locked out holds any."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user_id=user.pk, user__is_active=True)

    def as_administrator(self) -> MembershipQuerySet:
        """Keep those that allow editing the town's own settings."""
        return self.filter(role="administrator")
