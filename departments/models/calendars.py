"""Calendars of legal days: public holidays of a country and what the government or town changed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.querysets import CalendarQuerySet, CalendarVersionQuerySet
from zones.models import Municipality
from zones.names import in_language, validate_names


class Calendar(models.Model):
    """A named calendar that departments reckon their terms by."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="calendars"
    )
    code = models.SlugField(_("code"), max_length=40)
    names = models.JSONField(_("names"), validators=[validate_names])
    country = models.CharField(_("country of the public holidays"), max_length=2)

    objects: ClassVar[CalendarQuerySet] = CalendarQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "code"], name="departments_calendar_code_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.code}"

    @property
    def name(self) -> str:
        """The calendar's name in the language of the reader."""
        return in_language(self.names)


class CalendarVersion(models.Model):
    """What one publication of a calendar says; a term can name the version it was reckoned by."""

    append_only = True

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    # [{"day": "2026-01-02", "is_working": false, "reason": "..."}]: holidays come from the country.
    overlay = models.JSONField(_("days that differ"), default=list, blank=True)
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(_("act it follows"), max_length=300, blank=True)

    objects: ClassVar[CalendarVersionQuerySet] = CalendarVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("version of a calendar")
        verbose_name_plural = _("versions of calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "number"], name="departments_calendar_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} v{self.number}"
