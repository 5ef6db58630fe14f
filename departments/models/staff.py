"""Staff: which person works for which municipality, in which role, where and until when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models.offices import Department
from departments.querysets import InvitationQuerySet, MembershipQuerySet


class Membership(models.Model):
    """A role a person holds in one municipality: role x department x areas, for a time.

    Rows are ended by `valid_until`, never deleted: what somebody did keeps naming them. A role that
    was withdrawn before it began ends the day it begins, and so never held.
    """

    class Role(models.TextChoices):
        """What the person may do; departments/access.py says which right each role carries."""

        ADMINISTRATOR = "administrator", _("town administrator")
        HEAD = "head", _("head of department")
        DISPATCHER = "dispatcher", _("dispatcher")
        HANDLER = "handler", _("case handler")
        CLERK = "clerk", _("desk clerk")
        PLANNER = "planner", _("planner")
        PRESS = "press", _("press officer")
        OWNER = "owner", _("owner of places")
        CREW_LEAD = "crew_lead", _("head of the sign crew")
        CREW = "crew", _("sign crew")
        MODERATOR = "moderator", _("moderator")
        OBSERVER = "observer", _("data protection officer")

    municipality = models.ForeignKey(
        "zones.Municipality", on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=32, choices=Role.choices)
    # None is the whole town hall; a department includes the parts below it.
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    # None at all is the whole town.
    areas = models.ManyToManyField("zones.Zone", blank=True, related_name="+")
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True)
    deputy_for = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="deputies"
    )

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user", "role", "department"],
                condition=Q(valid_until__isnull=True, deputy_for__isnull=True),
                nulls_distinct=False,
                name="departments_membership_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="departments_membership_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.municipality} · {self.get_role_display()}"


class Invitation(models.Model):
    """A letter that asked somebody to take up a role."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.membership_id} · {self.sent_at:%Y-%m-%d}"
