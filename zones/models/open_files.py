"""The frozen files of open geodata: written once a month beside the database, never changed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zones.models.municipality import Municipality
from zones.names import in_language, validate_names
from zones.querysets import GeodataFileQuerySet


class GeodataFile(models.Model):
    """One file of a town's edition of a month; what is renamed or moved later changes none."""

    append_only = True

    class Format(models.TextChoices):
        """What it is written as; also how its name ends."""

        GPKG = "gpkg", "GeoPackage"
        CSV = "csv", "CSV"
        PARQUET = "parquet", "GeoParquet"

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="geodata_files"
    )
    month = models.DateField(_("month, by its first day"))
    # The code of the collection, or that of all of them in one file.
    collection = models.SlugField(_("collection"), max_length=80)
    # A kind of zone may have another name by now, or none.
    titles = models.JSONField(_("names"), validators=[validate_names])
    format = models.CharField(_("format"), max_length=7, choices=Format.choices)
    file = models.FileField(_("file"), max_length=200)
    rows = models.PositiveBigIntegerField(_("rows"))
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    licences = models.JSONField(_("licences"), default=list, blank=True)
    is_synthetic = models.BooleanField(_("holds rows invented for demonstration"), default=False)
    made_at = models.DateTimeField(_("made"))

    objects: ClassVar[GeodataFileQuerySet] = GeodataFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("frozen file of open geodata")
        verbose_name_plural = _("frozen files of open geodata")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "month", "collection", "format"],
                name="zones_geodata_file_once",
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="zones_geodata_month_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.collection}.{self.format}"

    @property
    def title(self) -> str:
        """The collection's name in the language of the reader."""
        return in_language(self.titles, list(self.titles))
