"""Staff membership: which person works for which municipality, in which role."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.querysets import MembershipQuerySet


class Membership(models.Model):
    """A role a person holds in one municipality."""

    class Role(models.TextChoices):
        """What the person may do there; only administration exists so far."""

        ADMINISTRATOR = "administrator", _("town administrator")

    municipality = models.ForeignKey(
        "zones.Municipality", on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=32, choices=Role.choices)

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user", "role"], name="departments_membership_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.municipality} · {self.get_role_display()}"
