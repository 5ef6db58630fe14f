"""The published statistic from which every count of people in an area is answered."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from zones.models.municipality import Municipality
from zones.querysets import ReachCellQuerySet


class ReachCell(models.Model):
    """How many of one thing a square of the grid holds: merged upward until ten, then rounded.

    Squares have 100 m x 2^level sides in the town's metric grid; `column` and `row` count them from
    its origin. Each measure is merged and rounded for itself. A square stands for what lies outside
    the smaller squares of its measure within it, so that nothing is counted twice.
    """

    reach_role_may = ("SELECT",)

    class Measure(models.TextChoices):
        """What is counted."""

        HOMES = "homes", _("homes")
        RESIDENTS = "residents", _("registered residents")
        EMAIL = "email", _("by e-mail")
        PUSH = "push", _("by message on the phone")
        LETTER = "letter", _("by letter")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="reach_cells"
    )
    measure = models.CharField(_("what is counted"), max_length=10, choices=Measure.choices)
    level = models.PositiveSmallIntegerField(_("level"))
    column = models.IntegerField(_("column"))
    row = models.IntegerField(_("row"))
    geometry = models.PolygonField(_("square"), srid=STORAGE_SRID, spatial_index=False)
    count = models.PositiveIntegerField(_("how many"))
    published_on = models.DateField(_("published"))

    objects: ClassVar[ReachCellQuerySet] = ReachCellQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("square of the reach")
        verbose_name_plural = _("squares of the reach")
        indexes = [GistIndex(fields=["geometry"], name="zones_reach_geometry")]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "measure", "level", "column", "row"],
                name="zones_reach_square_once",
            ),
            models.CheckConstraint(condition=Q(level__lte=12), name="zones_reach_level_known"),
            *geometry_checks("geometry", "zones_reach_geometry"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.level}/{self.column}/{self.row}: {self.count}"
