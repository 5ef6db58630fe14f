"""What the town answered, as pages and files show it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from consultations.models import Contribution, OfficialAnswer, Process
from zones.models import Zone, ZoneShape
from zones.names import in_language

COLUMNS = ("zone", "contribution", "said", "outcome", "answer", "answered")


def public_answers(process: Process) -> QuerySet[OfficialAnswer]:
    """Answers to zones first, then to what is public; the newest first."""
    visible = Contribution.objects.filter(process=process).shown()
    return (
        OfficialAnswer.objects.filter(process=process)
        .filter(Q(zone__isnull=False) | Q(contribution__in=visible))
        .select_related("zone", "contribution__submission", "contribution__layer")
        .select_related("contribution__part")
        .order_by(F("zone").asc(nulls_last=True), "-answered_at", "-pk")
    )


def outcomes_by_process(processes: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many public answers of each outcome some consultations have. One query."""
    chosen = list(processes)
    visible = Contribution.objects.filter(process__in=chosen).shown()
    counted = (
        OfficialAnswer.objects.filter(process__in=chosen)
        .filter(Q(zone__isnull=False) | Q(contribution__in=visible))
        .order_by("process", "outcome")
        .values_list("process", "outcome")
        .annotate(many=Count("pk"))
    )
    found: dict[int, dict[str, int]] = {}
    for process, outcome, many in counted:
        found.setdefault(process, {})[outcome] = many
    return found


def answer_row(one: OfficialAnswer, order: list[str]) -> dict[str, Any]:
    """One answer with what it answers."""
    said = one.contribution
    return {
        "pk": one.pk,
        "outcome": one.outcome,
        "label": one.get_outcome_display(),
        "text": in_language(one.texts, order),
        "answered_at": one.answered_at,
        "zone": one.zone.name if one.zone else "",
        "said": said.words if said else "",
        "said_pk": said and (said.parent_id or said.pk),
    }


def plain_answer(one: OfficialAnswer, order: list[str]) -> list[object]:
    """A row of the table."""
    said = one.contribution
    return [
        in_language(one.zone.names, order) if one.zone else "",
        said.pk if said else "",
        said.words if said else "",
        one.outcome,
        in_language(one.texts, order),
        one.answered_at.date().isoformat(),
    ]


def outcome_counts(rows: QuerySet[OfficialAnswer]) -> list[dict[str, Any]]:
    """How many answers have each outcome."""
    found: Mapping[str, int] = dict(
        rows.order_by().values_list("outcome").annotate(many=Count("pk"))
    )
    return [
        {"code": code, "label": label, "many": found.get(code, 0)}
        for code, label in OfficialAnswer.Outcome.choices
    ]


def zones_of(process: Process, language: str) -> QuerySet[Zone]:
    """Neighbourhoods that the consultation meets, by name."""
    shapes = ZoneShape.objects.in_municipality(process.municipality).current()
    if process.area is not None:
        ground = process.area.geometry
        shapes = shapes.filter(geometry__intersects=ground).exclude(geometry__touches=ground)
    met = Zone.objects.filter(pk__in=shapes.values("zone")).areas()
    return met.select_related("kind").by_name(language)


def zone_rows(process: Process, language: str) -> list[dict[str, Any]]:
    """Each neighbourhood with how much was said about places in it, and the town's answer."""
    order = process.municipality.languages
    answers = {
        one.zone_id: one
        for one in OfficialAnswer.objects.filter(process=process, zone__isnull=False)
    }
    zones = list(zones_of(process, language))
    said = _said_in(process, zones)
    rows = []
    for zone in zones:
        answer = answers.get(zone.pk)
        rows.append(
            {
                "pk": zone.pk,
                "name": zone.name,
                "many": said.get(zone.pk, 0),
                "label": answer.get_outcome_display() if answer else "",
                "text": in_language(answer.texts, order) if answer else "",
            }
        )
    return rows


def _said_in(process: Process, zones: list[Zone]) -> dict[int, int]:
    """How many public contributions have a place in each zone. One query."""
    inside = (
        Contribution.objects.filter(process=process, geometry__intersects=OuterRef("geometry"))
        .shown()
        .order_by()
        .values("process")
        .annotate(many=Count("pk"))
        .values("many")
    )
    shapes = ZoneShape.objects.filter(zone__in=zones).current()
    return {
        zone: many or 0
        for zone, many in shapes.annotate(many=Subquery(inside)).values_list("zone", "many")
    }
