"""Vector tiles baked ahead of time, and the queue of bakes still to do."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zones.models.municipality import Municipality
from zones.querysets import LayerTileQuerySet, TileBakeQuerySet


class TileBake(models.Model):
    """One baking of one layer; claimed by whoever finds it due, tried again when it failed."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="tile_bakes"
    )
    layer = models.SlugField(_("layer"), max_length=40)
    version = models.PositiveBigIntegerField(_("register version"))
    requested_at = models.DateTimeField(_("requested"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    problem = models.TextField(_("what went wrong"), blank=True)

    objects: ClassVar[TileBakeQuerySet] = TileBakeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("baking of tiles")
        verbose_name_plural = _("bakings of tiles")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "layer", "version"], name="zones_tilebake_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(finished_at__isnull=True),
                name="zones_tilebake_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.layer}@{self.version}"


class LayerTile(models.Model):
    """One finished tile, compressed as it is sent."""

    bake = models.ForeignKey(
        TileBake, on_delete=models.CASCADE, related_name="tiles", db_index=False
    )
    z = models.PositiveSmallIntegerField()
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    data = models.BinaryField()
    etag = models.CharField(max_length=40)

    objects: ClassVar[LayerTileQuerySet] = LayerTileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("tile")
        verbose_name_plural = _("tiles")
        constraints = [
            models.UniqueConstraint(fields=["bake", "z", "x", "y"], name="zones_layertile_once"),
        ]

    def __str__(self) -> str:
        return f"{self.bake_id} {self.z}/{self.x}/{self.y}"
