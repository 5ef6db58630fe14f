"""What the program would answer where the rules could not: a proposal to take or to leave."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.models import Department
from incidents.competence import Ruling
from incidents.competence_words import choices_in_words, words
from incidents.models import Incident
from incidents.services.routing import ruling_of

MOST = 3
LOOKED_BACK = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    """One department, and why; `rule` is what the rules offered, None for what was usual."""

    department: Department
    why: str
    rule: int | None = None


def proposals(incident: Incident) -> tuple[list[Proposal], str]:
    """Departments to choose from, the likeliest first, and what the rules said. Few queries."""
    ruling = ruling_of(incident)
    said = words(ruling) if ruling else _no_ruling(incident)
    found = _offered(ruling) if ruling and ruling.doubt else []
    if not found:
        found = _usual(incident)
    return found[:MOST], said


def _offered(ruling: Ruling) -> list[Proposal]:
    sides = dict(choices_in_words(ruling))
    offices = Department.objects.in_use().in_bulk([one.department_id for one in ruling.doubt])
    return [
        Proposal(offices[one.department_id], sides.get(one.rule_id, one.code), one.rule_id)
        for one in ruling.doubt
        if one.department_id in offices
    ]


def _usual(incident: Incident) -> list[Proposal]:
    """Who got the last reports of this category, the most frequent first."""
    if incident.category_id is None:
        return []
    rows = Incident.objects.in_municipality(incident.municipality).filter(
        category=incident.category_id, department__is_active=True
    )
    newest = rows.order_by("-reported_at").values_list("department", flat=True)[:LOOKED_BACK]
    counted = Counter(pk for pk in newest if pk is not None).most_common(MOST)
    offices = Department.objects.in_bulk([pk for pk, _times in counted])
    return [Proposal(offices[pk], _often(times)) for pk, times in counted]


def _often(times: int) -> str:
    return ngettext(
        "%(times)d earlier report of this kind went there",
        "%(times)d earlier reports of this kind went there",
        times,
    ) % {"times": times}


def _no_ruling(incident: Incident) -> str:
    if incident.category_id is None:
        return _("The report has no category yet.")
    return _("Somebody gave it back to sorting, or the rules were not asked.")
