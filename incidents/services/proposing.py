"""What the program would answer where the rules could not: a proposal to take or to leave."""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.models import Department
from incidents.competence import Question, Ruling, judge, rules_in_force
from incidents.competence_words import choices_in_words, words
from incidents.models import Category, Incident
from incidents.services.finding import find_categories
from incidents.services.routing import ruling_of
from zones.days import civil_day

MOST = 3
LOOKED_BACK = 200
#: Shorter words of a sentence ("la", "de", "на") say nothing about what is broken.
_TELLING = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One answer, and why.

    `rule` is what the rules offered; `category` is what a report without one seems to be about,
    and the rules then say who answers. Without both it is the department that was usual.
    """

    department: Department | None
    why: str
    rule: int | None = None
    category: Category | None = None

    @property
    def name(self) -> str:
        """What is chosen by it."""
        chosen = self.category or self.department
        return chosen.name if chosen else ""


def proposals(incident: Incident, now: dt.datetime) -> tuple[list[Proposal], str]:
    """Answers to choose from, the likeliest first, and what the rules said. Few queries."""
    if incident.category_id is None:
        return _meant(incident, now), _no_ruling(incident)
    ruling = ruling_of(incident)
    said = words(ruling) if ruling else _no_ruling(incident)
    found = _offered(ruling) if ruling and ruling.doubt else []
    if not found:
        found = _usual(incident)
    return found[:MOST], said


def _meant(incident: Incident, now: dt.datetime) -> list[Proposal]:
    """Kinds of faults that the reporter's words fit, with whom the rules would then name."""
    town, said = incident.municipality, " ".join(_TELLING.findall(incident.reporter.words))
    kinds = Category.objects.in_municipality(town).offered().select_related("parent")
    found = find_categories(list(kinds), said)[:MOST] if said else []
    book = rules_in_force(town, civil_day(now, town.timezone))
    place = (incident.geometry, incident.accuracy_m, incident.site, now)
    rulings = judge(book, [Question(one, *place) for one in found])
    offices = Department.objects.in_bulk({one.department_id for one in rulings} - {None})
    return [
        Proposal(office, office.name if office else "", category=category)
        for category, ruling in zip(found, rulings, strict=True)
        for office in [offices.get(ruling.department_id or 0)]
    ]


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
