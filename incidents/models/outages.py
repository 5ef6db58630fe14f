"""Which reports an interruption of a service answers for."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models import Works
from incidents.models.categories import Category
from incidents.querysets import OutageScopeQuerySet


class OutageScope(models.Model):
    """The categories whose reports inside the area of an interruption belong to it."""

    works = models.OneToOneField(Works, on_delete=models.CASCADE, related_name="report_scope")
    categories = models.ManyToManyField(Category, related_name="+")
    made_at = models.DateTimeField(_("entered"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[OutageScopeQuerySet] = OutageScopeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("reports of an interruption")
        verbose_name_plural = _("reports of interruptions")

    def __str__(self) -> str:
        return f"{self.works_id}"
