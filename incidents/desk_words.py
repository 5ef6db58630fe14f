"""What the desk says about a report that outsiders do not read: events inside the house, terms."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

#: Events that only the house reads.
INSIDE: Mapping[str, StrOrPromise] = {
    "doubted": gettext_lazy("The rules name more than one department."),
    "unrouted": gettext_lazy("The report came back to sorting."),
    "noted": gettext_lazy("A note was written."),
    "opinion_asked": gettext_lazy("Another department was asked for its opinion."),
    "opinion_given": gettext_lazy("The other department gave its opinion."),
    "attached": gettext_lazy("Something was added."),
    "recalculated": gettext_lazy("The terms were reckoned anew."),
    "drafted": gettext_lazy("The answer was written."),
    "passed_on": gettext_lazy("The answer was passed on."),
    "returned": gettext_lazy("The answer came back with a remark."),
    "split": gettext_lazy("A part became a report of its own."),
    "released": gettext_lazy("It was shown to everybody."),
    "hidden": gettext_lazy("It is no longer shown to everybody."),
    "warned": gettext_lazy("Somebody was warned of the term."),
    "told": gettext_lazy("The reporter was told."),
    "rated": gettext_lazy("The reporter said whether the answer is good."),
}
ROLES: Mapping[str, StrOrPromise] = {
    "reporter": gettext_lazy("the reporter"),
    "clerk": gettext_lazy("desk clerk"),
    "dispatcher": gettext_lazy("dispatcher"),
    "handler": gettext_lazy("case handler"),
    "head": gettext_lazy("head of department"),
    "partner": gettext_lazy("the other institution"),
    "administrator": gettext_lazy("town administrator"),
    "moderator": gettext_lazy("moderator"),
    "program": gettext_lazy("another program"),
    "system": gettext_lazy("by rule"),
}
REFUSALS: Mapping[str, StrOrPromise] = {
    "spam": gettext_lazy("advertising or nonsense"),
    "insult": gettext_lazy("an insult"),
    "double": gettext_lazy("sent twice"),
    "private": gettext_lazy("a private quarrel"),
    "empty": gettext_lazy("nothing that could be worked on"),
}


def days_left(days: int) -> str:
    """How far the day is on which something is due; negative is past it."""
    if days == 0:
        return _("due today")
    if days < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
