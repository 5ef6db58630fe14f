"""Sites: what can be rated or reported, its kind, category, owner, place and zones."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from geo.constraints import geometry_checks, one_at_a_time
from geo.crs import STORAGE_SRID
from geo.functions import Dimension
from sign_registry.querysets import (
    ReasonTagQuerySet,
    SiteCategoryQuerySet,
    SitePeriodQuerySet,
    SiteQuerySet,
    SiteZoneQuerySet,
    VehicleAssignmentQuerySet,
)
from zones.models import Address, Dataset, Municipality, Zone, ZoneKind
from zones.names import in_language, validate_names


class SiteCategory(models.Model):
    """A kind of place with the question that fits it, such as playgrounds."""

    rating_role_may = ("SELECT",)

    class Aspect(models.TextChoices):
        """What the question is about."""

        SERVICE = "service", _("service at a desk")
        QUALITY = "quality", _("quality of a place")
        COMMUNICATION = "communication", _("communication")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="site_categories"
    )
    code = models.SlugField(_("code"), max_length=40)
    names = models.JSONField(_("names"), validators=[validate_names])
    aspect = models.CharField(_("asks about"), max_length=14, choices=Aspect.choices)
    questions = models.JSONField(_("question"), validators=[validate_names])
    icon = models.SlugField(_("picture"), max_length=40, default="place")
    # Sites are compared with sites of the same group only.
    compare_group = models.SlugField(_("compared with"), max_length=40, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar[SiteCategoryQuerySet] = SiteCategoryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("category of places")
        verbose_name_plural = _("categories of places")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "code"], name="signs_category_code_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.code}"

    @property
    def name(self) -> str:
        """The category's name in the language of the reader."""
        return in_language(self.names)

    @property
    def question(self) -> str:
        """The question in the language of the reader."""
        return in_language(self.questions)


class ReasonTag(models.Model):
    """A reason offered after a rating, to those whose score lies in its band."""

    rating_role_may = ("SELECT",)

    class Band(models.TextChoices):
        """Scores 1 to 4, 5 to 7, 8 to 10."""

        LOW = "low", _("1 to 4")
        MIDDLE = "middle", _("5 to 7")
        HIGH = "high", _("8 to 10")

    category = models.ForeignKey(SiteCategory, on_delete=models.CASCADE, related_name="reasons")
    code = models.SlugField(_("code"), max_length=40)
    names = models.JSONField(_("names"), validators=[validate_names])
    band = models.CharField(_("offered for scores"), max_length=6, choices=Band.choices)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar[ReasonTagQuerySet] = ReasonTagQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        constraints = [
            models.UniqueConstraint(fields=["category", "code", "band"], name="signs_reason_once"),
        ]

    def __str__(self) -> str:
        return f"{self.category_id}/{self.code}"

    @property
    def name(self) -> str:
        """The reason in the language of the reader."""
        return in_language(self.names)


class Site(models.Model):
    """A place, an area, a line, a vehicle or a counter; the asset that reports name as well."""

    rating_role_may = ("SELECT",)

    class Kind(models.TextChoices):
        """What it is on the ground; a vehicle has no geometry of its own."""

        POINT = "point", _("place")
        AREA = "area", _("area")
        LINE = "line", _("line")
        VEHICLE = "vehicle", _("vehicle")
        COUNTER = "counter", _("counter")

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="sites")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    # The town's own key; an import finds the site again by it.
    code = models.CharField(_("code"), max_length=80)
    names = models.JSONField(_("names"), validators=[validate_names])
    geometry = models.GeometryField(
        _("where"), srid=STORAGE_SRID, null=True, blank=True, spatial_index=False
    )
    position_quality = models.CharField(
        _("how the point was found"),
        max_length=12,
        choices=Address.Quality.choices,
        default=Address.Quality.SURVEYED,
    )
    # The centre a counter stands in.
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    # The staircase a registration sign hangs at.
    address = models.ForeignKey(
        Address, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    address_text = models.CharField(_("address"), max_length=200, blank=True)
    # A score of one counter can name one clerk: such sites are never shown alone.
    is_staff_sensitive = models.BooleanField(_("its score could name one person"), default=False)
    opened_on = models.DateField(_("open since"), null=True, blank=True)
    closed_on = models.DateField(_("closed since"), null=True, blank=True)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="sites")
    note = models.CharField(_("note for the crew"), max_length=300, blank=True)

    objects: ClassVar[SiteQuerySet] = SiteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        indexes = [GistIndex(fields=["geometry"], name="signs_site_geometry")]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code"], name="signs_site_code_once"),
            models.CheckConstraint(
                condition=Q(geometry__isnull=False) | Q(kind__in=["vehicle", "counter"]),
                name="signs_site_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(kind="counter") | Q(parent__isnull=False),
                name="signs_site_counter_in_a_centre",
            ),
            models.CheckConstraint(
                condition=Q(geometry__isnull=True)
                | (Q(kind__in=["point", "counter"]) & Q(Exact(Dimension("geometry"), 0)))
                | (Q(kind="line") & Q(Exact(Dimension("geometry"), 1)))
                | (Q(kind="area") & Q(Exact(Dimension("geometry"), 2))),
                name="signs_site_geometry_fits_kind",
                violation_error_code="geometry_kind",
                violation_error_message=_(
                    "The shape does not fit the kind. A place and a counter are a point, a line is "
                    "a line, an area is an area, and a vehicle has no shape."
                ),
            ),
            *geometry_checks("geometry", "signs_site_geometry"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.code}"

    @property
    def name(self) -> str:
        """The site's name in the language of the reader."""
        return in_language(self.names)


class SitePeriod(models.Model):
    """Category and owner of a site during [valid_from, valid_until)."""

    rating_role_may = ("SELECT",)

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="periods")
    category = models.ForeignKey(SiteCategory, on_delete=models.PROTECT, related_name="periods")
    owner = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="site_periods"
    )
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[SitePeriodQuerySet] = SitePeriodQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("period of a site")
        verbose_name_plural = _("periods of sites")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="signs_period_lasts",
            ),
            one_at_a_time("site", "signs_period_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} from {self.valid_from:%Y-%m-%d}"


class SiteZone(models.Model):
    """A zone a site belongs to: by its geometry, or by a person's word with a reason."""

    class Basis(models.TextChoices):
        """How it is known."""

        GEOMETRY = "geometry", _("its place lies in the zone")
        OVERRIDE = "override", _("decided by the town")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="site_zones")
    kind = models.ForeignKey(ZoneKind, on_delete=models.CASCADE, related_name="+")
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="site_zones")
    basis = models.CharField(max_length=8, choices=Basis.choices, default=Basis.GEOMETRY)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects: ClassVar[SiteZoneQuerySet] = SiteZoneQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("zone of a site")
        verbose_name_plural = _("zones of sites")
        constraints = [
            # A line or an area crosses several streets, a place lies in one neighbourhood.
            models.UniqueConstraint(fields=["site", "kind", "zone"], name="signs_site_zone_once"),
            models.CheckConstraint(
                condition=Q(basis="geometry") | ~Q(reason=""), name="signs_site_zone_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} in {self.zone_id}"


class VehicleAssignment(models.Model):
    """The line a vehicle serves during a period; a vehicle serves one line at a time."""

    rating_role_may = ("SELECT",)

    vehicle = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="assignments")
    line = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="served_by")
    period = DateTimeRangeField(_("period"))

    objects: ClassVar[VehicleAssignmentQuerySet] = VehicleAssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("assignment of a vehicle")
        verbose_name_plural = _("assignments of vehicles")
        constraints = [
            ExclusionConstraint(
                name="signs_vehicle_one_line_at_a_time",
                expressions=[
                    ("vehicle", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle_id} on {self.line_id}"
