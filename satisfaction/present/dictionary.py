"""What each column of the open files means, in words for everybody."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from satisfaction.services.open_files import SCORES, columns

HEADER = ("column", "type", "meaning")

_MEANINGS = {
    "period": ("text", lazy("Code of the period and of the method, as a citation names it.")),
    "first_day": ("date", lazy("First day of the period.")),
    "last_day": ("date", lazy("Last day of the period.")),
    "method": (
        "text",
        lazy("Version of the method; what each version did is told in the documentation."),
    ),
    "is_invented": (
        "true or false",
        lazy("Whether the votes were invented for a demonstration. Then no figure says anything."),
    ),
    "kind": (
        "text",
        lazy(
            "What the row is about: place; town; category (a kind of place); zone; small (places "
            "of one kind with too few votes to stand alone, counted together)."
        ),
    ),
    "place_id": ("whole number", lazy("Number of the place; empty for a group.")),
    "code": ("text", lazy("The town’s own code of the place, the kind of place or the zone.")),
    "category": ("text", lazy("Code of the kind of place.")),
    "zones": (
        "text",
        lazy("Zones the place lies in, each as kind:code, with a space between them."),
    ),
    "longitude": (
        "degrees",
        lazy("A point of the place (WGS 84); empty for a group and for a vehicle."),
    ),
    "latitude": (
        "degrees",
        lazy("A point of the place (WGS 84); empty for a group and for a vehicle."),
    ),
    "votes": ("whole number", lazy("How many votes were counted; never fewer than ten.")),
    "score": (
        "number from 1 to 10",
        lazy(
            "The score that is published. Few votes are drawn towards the mean of the kind, so "
            "that chance decides less."
        ),
    ),
    "low": ("number from 1 to 10", lazy("Lower end of the 95 % interval of the score.")),
    "high": ("number from 1 to 10", lazy("Upper end of the 95 % interval of the score.")),
    "state": (
        "text",
        lazy("shown: the score carries; wide: the interval is more than two points wide."),
    ),
}


def dictionary(languages: Sequence[str], language: str) -> list[tuple[str, str, str]]:
    """Column, type and meaning of each column, in a language."""
    with translation.override(language):
        return [(name, *_meaning(name)) for name in columns(languages)]


def _meaning(name: str) -> tuple[str, str]:
    if name in SCORES:
        votes = _("How many votes gave the score %(score)s.") % {"score": name[1:]}
        return "whole number", votes
    if name.startswith("name_"):
        spoken = dict(settings.LANGUAGES).get(name[5:], name[5:])
        return "text", _("Name, in this language: %(language)s.") % {"language": _(spoken)}
    kind, meaning = _MEANINGS[name]
    return kind, str(meaning)
