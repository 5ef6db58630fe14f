"""Why somebody is told something, from a small dict to one plain sentence; no ORM here."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Reason = Mapping[str, Any]

#: Whoever got no better reason: a notice for everybody.
TOWN: Reason = {"why": "town"}


def sentence(reason: Reason) -> str:
    """Say why a person is told; an unknown or broken reason is told as one for the whole town.

    Args:
        reason: `{"why": "home"}`, `{"why": "near", "metres": 100, "of": "works"}`,
            `{"why": "follow", "name": "Around the school"}` or `{"why": "town"}`.
    """
    say = _SENTENCES.get(str(reason.get("why", "")), _because_of_the_town)
    return say(reason)


def group_title(reason: Reason) -> str:
    """The heading under which a daily letter puts what was told for the same reason."""
    why = reason.get("why")
    if why == "follow" and reason.get("name"):
        return _("In “%(name)s”, which you follow") % {"name": reason["name"]}
    if why in ("home", "near"):
        return _("Where you live")
    return _("In the whole town")


def group_key(reason: Reason) -> tuple[int, str]:
    """Orders the groups of a letter: the home first, then followed areas by name, then the town."""
    why = reason.get("why")
    if why in ("home", "near"):
        return (0, "")
    if why == "follow" and reason.get("name"):
        return (1, str(reason["name"]))
    return (2, "")


def _because_of_home(_reason: Reason) -> str:
    return _("because you live in this area")


def _because_near(reason: Reason) -> str:
    metres = reason.get("metres")
    if not isinstance(metres, int) or isinstance(metres, bool) or metres <= 0:
        return _because_of_home(reason)
    words = {
        "works": _("because your street is within %(metres)d m of the works"),
        "event": _("because your street is within %(metres)d m of the event"),
        "site": _("because your street is within %(metres)d m of this place"),
    }
    far = words.get(str(reason.get("of", "")), _("because your street is within %(metres)d m"))
    return far % {"metres": metres}


def _because_followed(reason: Reason) -> str:
    name = str(reason.get("name", "")).strip()
    if not name:
        return _("because you follow this area")
    return _("because you follow “%(name)s”") % {"name": name}


def _because_of_the_town(_reason: Reason) -> str:
    return _("because it concerns the whole town")


_SENTENCES: Mapping[str, Callable[[Reason], str]] = {
    "home": _because_of_home,
    "near": _because_near,
    "follow": _because_followed,
    "town": _because_of_the_town,
}
