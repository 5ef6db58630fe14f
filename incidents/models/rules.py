"""Who is competent for what and where: dated sets of ordered rules."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from incidents.models.categories import Category
from incidents.querysets import RuleQuerySet, RuleSetQuerySet
from sign_registry.models import Site, SiteCategory
from zones.models import Municipality, Street, Zone


class RuleSet(models.Model):
    """One version of a town's rules; what is in force is never edited, a draft takes its place."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        IN_FORCE = "in_force", _("in force")
        PAST = "past", _("replaced")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="rule_sets"
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[RuleSetQuerySet] = RuleSetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("rules of competence")
        verbose_name_plural = _("rules of competence")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], name="incidents_ruleset_number_once"
            ),
            models.UniqueConstraint(
                fields=["municipality"],
                condition=Q(state="in_force"),
                name="incidents_ruleset_in_force_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} v{self.number}"


class CompetenceRule(models.Model):
    """Category x place x time -> who answers; the first that fits wins. Empty means any."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveIntegerField(_("order"))
    code = models.SlugField(_("code"), max_length=60)
    # A group stands for all categories in it.
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="rules"
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    street = models.ForeignKey(
        Street, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    geometry = models.GeometryField(
        _("where"), srid=STORAGE_SRID, null=True, blank=True, spatial_index=False
    )
    # Metres around the street's axis or the drawn shape; for a line that somebody owns.
    within_metres = models.PositiveIntegerField(_("metres around"), default=0)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    site_category = models.ForeignKey(
        SiteCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # ISO numbers of weekdays, Monday is 1; empty is every day.
    weekdays = models.JSONField(_("weekdays"), default=list, blank=True)
    from_time = models.TimeField(_("from"), null=True, blank=True)
    until_time = models.TimeField(_("until"), null=True, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="competences")
    note = models.CharField(_("why"), max_length=300, blank=True)

    objects: ClassVar[RuleQuerySet] = RuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("rule of competence")
        verbose_name_plural = _("rules of competence, one by one")
        ordering = ["position"]
        indexes = [GistIndex(fields=["geometry"], name="incidents_rule_geometry")]
        constraints = [
            *geometry_checks("geometry", "incidents_rule_geometry"),
            models.UniqueConstraint(fields=["rule_set", "code"], name="incidents_rule_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set_id}/{self.code}"
