"""Finds the one street a planner means by its name, or says between which ones to choose."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zones.models import Municipality, Street
from zones.names import in_language

MOST_SUGGESTED = 5


def street_label(street: Street, languages: list[str] | None = None) -> str:
    """A street's name, with its settlement where it has one, as lists offer it."""
    name = in_language(street.names, languages or ())
    return f"{name} ({street.locality})" if street.locality else name


def street_labels(municipality: Municipality, language: str) -> list[str]:
    """Every street of a town as lists offer it, by name. One query."""
    rows = Street.objects.in_municipality(municipality).defer("axis").by_name(language)
    return [street_label(one, municipality.languages) for one in rows]


def find_street(municipality: Municipality, text: str) -> Street:
    """The street of a name as lists offer it, or of a part of a name that only one has.

    Raises:
        ValidationError: `no_street`, `several_streets` with the names to choose from.
    """
    wanted = text.strip().casefold()
    name = text.rsplit(" (", 1)[0].strip()
    streets = Street.objects.in_municipality(municipality).defer("axis")
    found = list(streets.named_like(name).order_by("pk")[:200]) if name else []
    exact = [
        street
        for street in found
        if wanted == street_label(street, municipality.languages).casefold()
        or wanted in {each.casefold() for each in street.names.values()}
    ]
    best = exact or found
    if len(best) == 1:
        return best[0]
    if not best:
        raise ValidationError(
            _("There is no street with this name. Choose one of the list."), code="no_street"
        )
    labels = ", ".join(street_label(one, municipality.languages) for one in best[:MOST_SUGGESTED])
    raise ValidationError(
        _("Several streets have this name: %(streets)s. Write one of them in full."),
        code="several_streets",
        params={"streets": labels},
    )
