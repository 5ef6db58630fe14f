"""What pages of reports ask while they are drawn."""

from django import template
from django.utils import timezone

from incidents.models import Incident
from incidents.services.judging import ending_of

register = template.Library()


@register.simple_tag
def verdict_asked(incident: Incident) -> bool:
    """Whether the reporter is asked now if the matter is solved."""
    return ending_of(incident, timezone.now()) is not None
