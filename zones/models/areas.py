"""Zones: the kinds a town has, the lasting identities, and the shapes they had over time."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from geo.constraints import geometry_checks, one_at_a_time
from geo.crs import STORAGE_SRID
from zones.models.municipality import Dataset, Municipality
from zones.names import in_language, validate_names
from zones.querysets import (
    ZoneEditionQuerySet,
    ZoneKindQuerySet,
    ZoneQuerySet,
    ZoneShapeQuerySet,
)


class ZoneKind(models.Model):
    """A division of the town, such as neighbourhoods; a partition means no two may overlap."""

    STREET = "street"
    # Drawn under the map; nobody belongs to it.
    BUILT = "built"

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="zone_kinds"
    )
    code = models.SlugField(_("code"), max_length=40)
    names = models.JSONField(_("names"), validators=[validate_names])
    plurals = models.JSONField(
        _("names of several"), default=dict, blank=True, validators=[validate_names]
    )
    is_partition = models.BooleanField(_("covers the town without overlap"), default=False)

    objects: ClassVar[ZoneKindQuerySet] = ZoneKindQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("kind of zone")
        verbose_name_plural = _("kinds of zone")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code"], name="zones_kind_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.code}"

    @property
    def name(self) -> str:
        """The kind's name in the language of the reader."""
        return in_language(self.names)

    @property
    def plural(self) -> str:
        """What several of the kind are called; the name itself where the town gave no plural."""
        return in_language(self.plurals) or self.name


class Zone(models.Model):
    """The lasting identity of a zone; its shape may change, its number never does."""

    kind = models.ForeignKey(ZoneKind, on_delete=models.CASCADE, related_name="zones")
    code = models.CharField(_("code"), max_length=80)
    names = models.JSONField(_("names"), validators=[validate_names])
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="parts"
    )

    objects: ClassVar[ZoneQuerySet] = ZoneQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="zones_zone_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id}/{self.code}"

    @property
    def name(self) -> str:
        """The zone's name in the language of the reader."""
        return in_language(self.names)


class ZoneEdition(models.Model):
    """One load or edit of a kind: who brought it, from where, and what was found in it."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="zone_editions"
    )
    kind = models.ForeignKey(ZoneKind, on_delete=models.CASCADE, related_name="editions")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="editions")
    valid_from = models.DateField(_("valid from"))
    loaded_at = models.DateTimeField(_("loaded"))
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    report = models.JSONField(_("quality report"), default=dict, blank=True)

    objects: ClassVar[ZoneEditionQuerySet] = ZoneEditionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("edition of zones")
        verbose_name_plural = _("editions of zones")
        indexes = [
            models.Index(fields=["kind", "-loaded_at"], name="zones_edition_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} · {self.valid_from:%Y-%m-%d}"


class ZoneShape(models.Model):
    """The area a zone covers during [valid_from, valid_until); open-ended while in force."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="shapes")
    edition = models.ForeignKey(ZoneEdition, on_delete=models.PROTECT, related_name="shapes")
    geometry = models.MultiPolygonField(_("area"), srid=STORAGE_SRID, spatial_index=False)
    area_m2 = models.FloatField(_("area in square metres"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects: ClassVar[ZoneShapeQuerySet] = ZoneShapeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("shape of a zone")
        verbose_name_plural = _("shapes of zones")
        indexes = [
            GistIndex(fields=["geometry"], name="zones_shape_geometry"),
        ]
        constraints = [
            *geometry_checks("geometry", "zones_shape_geometry"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="zones_shape_lasts",
            ),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="zones_shape_has_area"),
            one_at_a_time("zone", "zones_shape_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} from {self.valid_from:%Y-%m-%d}"
