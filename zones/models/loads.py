"""Files of the register that were handed in on a page: read, tried, and stored after a yes."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zones.models.municipality import Municipality
from zones.querysets import TownLoadQuerySet


class TownLoad(models.Model):
    """One file on its way into the register; whoever finds it due works on it in the background."""

    class Kind(models.TextChoices):
        """What the file is."""

        OSM = "osm", _("OpenStreetMap extract")
        ZONES = "zones", _("areas of the town")
        STREETS = "streets", _("streets")
        ADDRESSES = "addresses", _("addresses")
        PLACES = "places", _("places")

    class State(models.TextChoices):
        """Where it stands; three states wait for the worker, two for a person."""

        RECEIVED = "received", _("is being read")
        READ = "read", _("waits for your choices")
        ORDERED = "ordered", _("is being tried")
        TRIED = "tried", _("waits for your yes")
        CONFIRMED = "confirmed", _("is being stored")
        STORED = "stored", _("is stored")
        REFUSED = "refused", _("was refused")
        DROPPED = "dropped", _("was left out")

    #: States in which the worker has something to do.
    WORKING = (State.RECEIVED, State.ORDERED, State.CONFIRMED)

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="town_loads"
    )
    kind = models.CharField(_("what it is"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name of the file"), max_length=120)
    # Emptied as soon as it is stored or left out.
    content = models.BinaryField(_("file"))
    size = models.PositiveIntegerField(_("size in bytes"))
    language = models.CharField(_("language of the sentences"), max_length=8)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.RECEIVED
    )
    # What was found in it: columns and first rows, or areas and counts.
    found = models.JSONField(_("what is in it"), default=dict, blank=True)
    # What the person chose: which column is what, which area is the outline.
    choices = models.JSONField(_("choices"), default=dict, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    problems = models.JSONField(_("what went wrong"), default=list, blank=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    handed_in_at = models.DateTimeField(_("handed in"))
    changed_at = models.DateTimeField(_("changed"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[TownLoadQuerySet] = TownLoadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("file for the register")
        verbose_name_plural = _("files for the register")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="zones_townload_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.kind} · {self.state}"

    @property
    def is_working(self) -> bool:
        """Whether the worker has it."""
        return self.state in self.WORKING
