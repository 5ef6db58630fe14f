"""What the page about a practice copy says of its report and of what went wrong."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

_COPIED: Mapping[str, StrOrPromise] = {
    "zones_zone": gettext_lazy("Zones"),
    "zones_street": gettext_lazy("Streets"),
    "zones_address": gettext_lazy("Addresses"),
    "zones_place": gettext_lazy("Places on the map"),
    "departments_department": gettext_lazy("Departments"),
    "departments_membership": gettext_lazy("Roles of staff"),
    "sign_registry_site": gettext_lazy("Rated places"),
    "incidents_category": gettext_lazy("Kinds of faults"),
    "incidents_competencerule": gettext_lazy("Rules: who answers for what"),
    "incidents_answertemplate": gettext_lazy("Templates of answers"),
}
_INVENTED: Mapping[str, StrOrPromise] = {
    "people": gettext_lazy("Residents"),
    "ratings": gettext_lazy("Ratings"),
    "reports": gettext_lazy("Reports"),
    "news": gettext_lazy("Notices"),
    "consultation": gettext_lazy("Proposals in a consultation"),
}


def copied_rows(rows: Mapping[str, int]) -> list[tuple[StrOrPromise, int]]:
    """What was copied, the tables that say something to a reader."""
    return [(label, rows[table]) for table, label in _COPIED.items() if table in rows]


def invented_rows(rows: Mapping[str, int]) -> list[tuple[StrOrPromise, int]]:
    """What was invented."""
    return [(label, rows[kind]) for kind, label in _INVENTED.items() if kind in rows]


def problem_words(problem: str) -> str:
    """A sentence for what went wrong; refusals are sentences already."""
    known = {
        "stopped": _("The worker was stopped more than once. Try again when less is going on."),
        "stumbled": _(
            "The program stumbled over it; nothing was changed. Whoever runs this server finds why "
            "in its log."
        ),
    }
    return known.get(problem, problem)
