"""What was set in a town, by whom and when: nothing of it can be rewritten by the program."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zones.models.municipality import Municipality
from zones.querysets import SettingChangeQuerySet


class SettingChange(models.Model):
    """One change of one thing a town sets; `before` or `after` is null where it began or ended."""

    append_only = True

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="setting_changes"
    )
    # What was changed, such as town, department, membership, calendar, works, site_category.
    subject = models.SlugField(_("subject"), max_length=40)
    subject_key = models.CharField(_("key"), max_length=120, blank=True)
    label = models.CharField(_("name"), max_length=200, blank=True)
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Where it came from: a page, or the command and file that loaded it.
    origin = models.CharField(_("by way of"), max_length=120, blank=True)
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"), null=True, blank=True)

    objects: ClassVar[SettingChangeQuerySet] = SettingChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("change of settings")
        verbose_name_plural = _("changes of settings")
        indexes = [
            models.Index(fields=["municipality", "-changed_at"], name="zones_change_newest"),
            models.Index(
                fields=["municipality", "subject", "subject_key"], name="zones_change_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}/{self.subject_key} · {self.changed_at:%Y-%m-%d}"
