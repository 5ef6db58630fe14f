"""Departments of the town hall and the institutions below it, as one tree."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models.calendars import Calendar
from departments.querysets import DepartmentQuerySet
from zones.models import Municipality
from zones.names import in_language, validate_names


class Department(models.Model):
    """A department, a subordinate institution, or an outside owner such as a water company."""

    class Kind(models.TextChoices):
        """How it stands to the town hall."""

        DEPARTMENT = "department", _("department of the town hall")
        INSTITUTION = "institution", _("subordinate institution")
        OUTSIDE = "outside", _("outside body")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="departments"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.DEPARTMENT)
    code = models.SlugField(_("code"), max_length=40)
    names = models.JSONField(_("names"), validators=[validate_names])
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, null=True, blank=True, related_name="departments"
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar[DepartmentQuerySet] = DepartmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "code"], name="departments_department_code_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")),
                name="departments_department_not_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.code}"

    @property
    def name(self) -> str:
        """The department's name in the language of the reader."""
        return in_language(self.names)
