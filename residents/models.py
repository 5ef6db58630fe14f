"""Who registered in a town, where they say they live, how sure that is, and what it means."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from geo.constraints import geometry_checks, one_at_a_time
from geo.crs import STORAGE_SRID
from residents.querysets import (
    AddressLetterQuerySet,
    AddressQuestionQuerySet,
    ReachBasisQuerySet,
    ResidenceQuerySet,
    ResidentQuerySet,
    ResidentZoneQuerySet,
    RevealQuerySet,
)
from zones.models import Address, Municipality, Zone, ZoneKind


class Resident(models.Model):
    """One account in one town; the same person may be a resident of two towns."""

    messenger_role_may = ("SELECT",)

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="residents"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="residencies"
    )
    # The year alone: enough for the age rules, less than a date of birth.
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered"))
    # By which way: the web, a sign, the desk. Which sign is not kept.
    origin = models.SlugField(_("by way of"), max_length=20, default="web")
    # The clerk who filled in for somebody at the desk.
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # When every step was done; before, nobody counts as a resident.
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects: ClassVar[ResidentQuerySet] = ResidentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "user"], name="residents_once"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} · {self.pk}"


class Residence(models.Model):
    """Where a resident lives during [valid_from, valid_until), and how sure that is.

    With an address of the register, `location` is its point and `written` its words at that time;
    without one it is the pin that the person put on the map, with the words they wrote, until
    somebody at the desk has settled it.
    """

    messenger_role_may = ("SELECT",)

    class Assurance(models.IntegerChoices):
        """How sure it is, in rising order; a scan of a sign never raises it."""

        DECLARED = 1, _("declared")
        POST = 2, _("code by post")
        DESK = 3, _("seen at the desk")

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="residences")
    # Where the register no longer has the address, the point and the words stay as a pin.
    address = models.ForeignKey(
        Address, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written = models.CharField(_("as written"), max_length=300, blank=True)
    location = models.PointField(_("location"), srid=STORAGE_SRID, spatial_index=False)
    # Flat or letter box, for letters only.
    unit = models.CharField(_("flat"), max_length=30, blank=True)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    assurance = models.PositiveSmallIntegerField(
        _("how sure"), choices=Assurance.choices, default=Assurance.DECLARED
    )
    assured_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    # Who saw a paper at the desk.
    assured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    declared_at = models.DateTimeField(_("declared"))
    # The clerk who wrote down what somebody said; nobody where the person did it.
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[ResidenceQuerySet] = ResidenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("residence")
        verbose_name_plural = _("residences")
        indexes = [GistIndex(fields=["location"], name="residents_residence_location")]
        constraints = [
            one_at_a_time("resident", "residents_residence_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="residents_residence_lasts",
            ),
            models.CheckConstraint(
                condition=Q(address__isnull=False) | ~Q(written=""),
                name="residents_residence_address_or_words",
            ),
            *geometry_checks("location", "residents_residence_location"),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} from {self.valid_from:%Y-%m-%d}"


class ResidentZone(models.Model):
    """The zone of one kind a residence belonged to during [valid_from, valid_until)."""

    residence = models.ForeignKey(Residence, on_delete=models.CASCADE, related_name="zones")
    kind = models.ForeignKey(ZoneKind, on_delete=models.CASCADE, related_name="+")
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="+")
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)

    objects: ClassVar[ResidentZoneQuerySet] = ResidentZoneQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("zone of a resident")
        verbose_name_plural = _("zones of residents")
        constraints = [
            models.UniqueConstraint(
                fields=["residence", "kind"],
                condition=Q(valid_until__isnull=True),
                name="residents_zone_one_open",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="residents_zone_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.residence_id} in {self.zone_id}"


class AddressQuestion(models.Model):
    """An address that the register does not know, waiting for somebody at the desk."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("waits")
        ASKED = "asked", _("waits for the person")
        SETTLED = "settled", _("settled")
        ENDED = "ended", _("no longer needed")

    class Answer(models.TextChoices):
        """How it was settled."""

        ADDRESS = "address", _("an address of the register")
        PIN = "pin", _("where the pin is")

    residence = models.OneToOneField(Residence, on_delete=models.CASCADE, related_name="question")
    asked_at = models.DateTimeField(_("asked"))
    # The register had the address, and lost it in a load.
    is_vanished = models.BooleanField(_("gone from the register"), default=False)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[AddressQuestionQuerySet] = AddressQuestionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("address to look up")
        verbose_name_plural = _("addresses to look up")
        indexes = [models.Index(fields=["state", "asked_at"], name="residents_question_queue")]

    def __str__(self) -> str:
        return f"{self.residence_id} · {self.state}"


class AddressLetter(models.Model):
    """A letter by post with a code that proves the address; only a digest of the code is kept."""

    residence = models.ForeignKey(Residence, on_delete=models.CASCADE, related_name="letters")
    # Set when it is printed: until then there is no code.
    digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    asked_at = models.DateTimeField(_("asked for"))
    printed_at = models.DateTimeField(_("printed"), null=True, blank=True)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_on = models.DateField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    # Whoever opened the letter says that the person does not live there.
    refused_at = models.DateTimeField(_("“this is not me”"), null=True, blank=True)
    # It came back to the town hall.
    returned_at = models.DateTimeField(_("came back"), null=True, blank=True)

    objects: ClassVar[AddressLetterQuerySet] = AddressLetterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("letter with a code")
        verbose_name_plural = _("letters with a code")

    def __str__(self) -> str:
        return f"{self.residence_id} · {self.asked_at:%Y-%m-%d}"

    def is_on_its_way(self, on: date) -> bool:
        """Whether it waits to be printed, or its code still works and nobody answered."""
        if self.used_at or self.refused_at or self.returned_at:
            return False
        return self.printed_at is None or self.expires_on >= on


class Reveal(models.Model):
    """One look of a member of staff at the full address of a resident."""

    append_only = True

    class Reason(models.TextChoices):
        """What an address is looked at for."""

        VISIT = "visit", _("the person is at the desk")
        CALL = "call", _("the person rang or wrote")
        QUESTION = "question", _("to look an unknown address up")
        LETTER = "letter", _("to print or to hand over a letter or a card")
        REQUEST = "request", _("a request under data protection law")

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="reveals")
    # No key: the record of the look outlives the erasure of whom it was about.
    resident_number = models.BigIntegerField(_("resident"))
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField(_("seen"))
    reason = models.CharField(_("why"), max_length=200, choices=Reason.choices)

    objects: ClassVar[RevealQuerySet] = RevealQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("look at an address")
        verbose_name_plural = _("looks at addresses")
        indexes = [
            models.Index(fields=["municipality", "-seen_at"], name="residents_reveal_newest")
        ]

    def __str__(self) -> str:
        return f"{self.resident_number} by {self.seen_by_id}"


class ReachBasis(models.Model):
    """Whom a published square stood for when its number was set; nobody but the job reads it.

    A number is set anew only once five of its members have come or gone. Squares too few to be told
    of are kept with the count 0.
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="reach_bases"
    )
    measure = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField()
    column = models.IntegerField()
    row = models.IntegerField()
    # Numbers of residents, or of addresses where homes are counted, sorted.
    members = models.JSONField(default=list)
    count = models.PositiveIntegerField()

    objects: ClassVar[ReachBasisQuerySet] = ReachBasisQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("basis of the reach")
        verbose_name_plural = _("bases of the reach")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "measure", "level", "column", "row"],
                name="residents_basis_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.level}/{self.column}/{self.row}"
