"""What notices are about; residents choose by these words."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """The topic of a notice."""

    WORKS = "works", _("Works and streets")
    WATER = "water", _("Water, heat and power")
    TRAFFIC = "traffic", _("Traffic and buses")
    WASTE = "waste", _("Waste and cleaning")
    EVENTS = "events", _("Events")
    CONSULTATIONS = "consultations", _("Consultations")
    EDUCATION = "education", _("Schools and kindergartens")
    SAFETY = "safety", _("Safety and warnings")
    TOWN = "town", _("From the town hall")
