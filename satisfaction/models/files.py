"""Published figures as files for everybody, kept byte for byte as they were first given away."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from satisfaction.models.snapshots import Snapshot
from satisfaction.querysets import OpenFileQuerySet


class OpenFile(models.Model):
    """One file of a period; what is renamed or moved later changes no file of the past."""

    append_only = True

    class Format(models.TextChoices):
        """What it is written as."""

        CSV = "csv", "CSV"
        GEOJSON = "geojson", "GeoJSON"

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="files")
    format = models.CharField(_("format"), max_length=7, choices=Format.choices)
    # Packed with gzip; size and digest are of the file itself.
    packed = models.BinaryField()
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)

    objects: ClassVar[OpenFileQuerySet] = OpenFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("open file of figures")
        verbose_name_plural = _("open files of figures")
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "format"], name="satisfaction_open_file_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id}.{self.format}"
