"""The report itself, which is a cache of its events, and what is kept beside the ledger."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department, Works
from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from incidents.models.categories import Category
from incidents.querysets import FollowerQuerySet, IncidentQuerySet, ReferenceCounterQuerySet
from incidents.workflow import Status, WaitsFor
from sign_registry.models import Site
from submissions.models import Submission
from zones.models import Municipality, Street


class Incident(models.Model):
    """A report at a place. Every column that changes is written by `record` from its events."""

    class Source(models.TextChoices):
        """The way it came in."""

        WEB = "web", _("this site")
        SIGN = "sign", _("a sign")
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("telephone")
        PAPER = "paper", _("paper")
        OPEN311 = "open311", _("another program")
        IMPORTED = "import", _("a register")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="incidents"
    )
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # Such as 2026-000123: spoken on the telephone, unique in the town, secret to nobody.
    reference = models.CharField(_("reference"), max_length=20)
    # 128 random bits as 26 letters: whoever has the link may follow the report.
    tracking = models.CharField(max_length=26, unique=True, editable=False)
    source = models.CharField(_("came by"), max_length=8, choices=Source.choices)
    reported_at = models.DateTimeField(_("reported"))

    # --- What the events say (incidents/folding.py) ---------------------------------------------
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.NEW
    )
    waits_for = models.CharField(
        _("waits for"), max_length=10, choices=WaitsFor.choices, blank=True
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    geometry = models.GeometryField(
        _("where"), srid=STORAGE_SRID, null=True, blank=True, spatial_index=False
    )
    accuracy_m = models.FloatField(_("accuracy in metres"), null=True, blank=True)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    leader = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="pieces"
    )
    works = models.ForeignKey(
        Works, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    is_released = models.BooleanField(_("released to the public"), default=False)
    # Number and day of the town's own register; the legal terms start there.
    register_number = models.CharField(_("number of the register"), max_length=40, blank=True)
    registered_on = models.DateField(_("registered"), null=True, blank=True)
    outcome = models.SlugField(_("outcome"), max_length=20, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.BinaryField(max_length=32, default=b"")
    changed_at = models.DateTimeField(_("last change"))

    # --- Computed from the place and the clocks, again whenever they change ----------------------
    street = models.ForeignKey(
        Street, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    place_text = models.CharField(_("place in words"), max_length=240, blank=True)
    zone_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)

    objects: ClassVar[IncidentQuerySet] = IncidentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [
            GistIndex(fields=["geometry"], name="incidents_geometry"),
            GinIndex(fields=["zone_ids"], name="incidents_zones"),
            models.Index(
                fields=["municipality", "department", "status", "due_on"], name="incidents_inbox"
            ),
            models.Index(fields=["municipality", "status", "due_on"], name="incidents_triage"),
            models.Index(fields=["municipality", "-reported_at"], name="incidents_newest"),
            models.Index(
                fields=["municipality", "category", "-reported_at"], name="incidents_by_category"
            ),
            models.Index(
                fields=["municipality", "-reported_at"],
                condition=Q(is_released=True),
                name="incidents_public",
            ),
        ]
        constraints = [
            *geometry_checks("geometry", "incidents_incident_geometry"),
            models.UniqueConstraint(
                fields=["municipality", "reference"], name="incidents_reference_once"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Reporter(models.Model):
    """Who reported, and the words as typed: outside the ledger, so that it can be erased."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="reporter")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("postal address"), max_length=240, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    confirmed_at = models.DateTimeField(_("e-mail confirmed"), null=True, blank=True)
    words = models.TextField(_("words"), max_length=4000, blank=True)
    answers = models.JSONField(_("answers to extra questions"), default=dict, blank=True)
    # 16 random bytes: without them the commitment in the ledger says nothing.
    salt = models.BinaryField(max_length=16)
    # The program that reported over Open311; it may read what became of its report.
    key = models.ForeignKey(
        "incidents.ApiKey", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("reporter")
        verbose_name_plural = _("reporters")

    def __str__(self) -> str:
        return f"{self.incident_id}"

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing leads to a person: then no legal term runs (OG 27/2002, article 7)."""
        return not (self.user_id or self.email or (self.name and (self.phone or self.address)))


class Attachment(models.Model):
    """A cleaned text or picture of a report; who may see it follows from the report."""

    class Role(models.TextChoices):
        """What it is of the report."""

        DESCRIPTION = "description", _("description")
        PHOTO = "photo", _("photo")
        REPLY = "reply", _("answer of the reporter")
        PROOF = "proof", _("photo of what was done")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="attachments")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices)
    seq = models.PositiveIntegerField(_("event it came with"))

    class Meta:
        verbose_name = _("attachment of a report")
        verbose_name_plural = _("attachments of reports")

    def __str__(self) -> str:
        return f"{self.incident_id} {self.role}"


class Follower(models.Model):
    """Somebody who wants to hear how a report goes on."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    since = models.DateTimeField(_("since"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    objects: ClassVar[FollowerQuerySet] = FollowerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("follower of a report")
        verbose_name_plural = _("followers of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "email"],
                condition=~Q(email=""),
                name="incidents_follower_email_once",
            ),
            models.UniqueConstraint(
                fields=["incident", "user"],
                condition=Q(user__isnull=False),
                name="incidents_follower_user_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}"


class ReferenceCounter(models.Model):
    """The last number of a town's reports of a year; its row is locked while one is taken."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects: ClassVar[ReferenceCounterQuerySet] = ReferenceCounterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("counter of references")
        verbose_name_plural = _("counters of references")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "year"], name="incidents_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.year} {self.last}"
