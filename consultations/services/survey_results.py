"""What came out of a survey: sums in groups of k people or more, never the answer of one person.

While answers come in only whole steps of k are looked at, and nobody apart, so that looking twice
shows no single new one. Costs: eight queries at most for any number of questions and people.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Count, OuterRef, Subquery

from consultations.models import Phase, Question, Response, ResponseValue, Standing
from consultations.services.by_zone import neighbours
from consultations.suppression import NOWHERE, Size, merge
from consultations.survey_figures import Apart, K, Tally, apart, crosses, whole_steps
from submissions.models import Submission
from zones.models import Zone, ZoneShape

#: Standing, number of the zone of the home (0 for none), assurance of the home (0 for none).
Who = tuple[str, int, int]
Told = Mapping[Who, Tally]


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question as it may be shown.

    Attributes:
        whole: nothing where fewer than k people answered.
        standings: inside, outside, businesses, associations.
        zones: of those inside; keys are numbers of zones, "0" for none.
        assurances: of those inside; keys as in `Residence.Assurance`.
        places: how many answers lie in each zone, by number; 0 stands for all others together.
        texts: what moderators released.
    """

    question: Question
    whole: Tally | None
    standings: Sequence[Apart] = ()
    zones: Sequence[Apart] = ()
    assurances: Sequence[Apart] = ()
    places: Mapping[int, int] = field(default_factory=dict)
    texts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """A survey as it may be shown.

    Attributes:
        people: how many filled it in; nothing where they are fewer than k.
        zones: those that are named anywhere in it.
    """

    is_final: bool
    people: int | None
    standings: Sequence[Apart]
    questions: Sequence[QuestionResult]
    zones: Mapping[int, Zone]


def result_of(phase: Phase, *, is_final: bool, k: int = K) -> SurveyResult:
    """The figures of a survey; of one that still runs the whole alone, in steps of k."""
    newest = None if is_final else _newest_looked_at(phase, k)
    people = _people(phase, newest)
    told, near = _told(phase, newest), _near(people) if is_final else {}
    places = _places(phase) if is_final else {}
    texts = _texts(phase) if is_final else {}
    found = []
    for question in phase.questions.order_by("position", "pk"):
        said = told.get(question.pk, {})
        whole = sum(said.values(), Tally())
        one = QuestionResult(
            question,
            whole if whole.people >= k else None,
            texts=texts.get(question.pk, ()),
            places=places_apart(places.get(question.pk, {}), k),
        )
        found.append(_apart(one, said, near, k) if is_final and one.whole else one)
    number = sum(tally.people for tally in people.values())
    return SurveyResult(
        is_final=is_final,
        people=number if number >= k else None,
        standings=apart(_by_standing(people), k) if is_final else (),
        questions=found,
        zones=_named(found),
    )


def places_apart(counted: Mapping[int, int], k: int = K) -> dict[int, int]:
    """Places by zone: zones with too few are told together, under 0, as soon as those are enough.

    Nothing is told where all places together are too few.
    """
    parts = {str(zone): Tally(number) for zone, number in sorted(counted.items())}
    if sum(counted.values()) < k:
        return {}
    shown = apart(parts, k)
    if not shown:
        only = [zone for zone, number in counted.items() if number]
        return {only[0] if len(only) == 1 else NOWHERE: sum(counted.values())}
    told: Counter[int] = Counter()
    for one in shown:
        told[int(one.keys[0]) if len(one.keys) == 1 else NOWHERE] += one.tally.people
    return dict(told)


def _apart(
    one: QuestionResult, said: Told, near: Mapping[int, Iterable[int]], k: int
) -> QuestionResult:
    """With the groups that may be told; zones and assurances only of a told group, those inside."""
    standings = apart(_by_standing(said), k)
    inside = {who: tally for who, tally in said.items() if who[0] == Standing.INSIDE}
    number = sum(tally.people for tally in inside.values())
    is_told = any(group.keys == (Standing.INSIDE.value,) for group in standings)
    if not number or not (is_told or number == sum(tally.people for tally in said.values())):
        return replace(one, standings=standings)
    zones = _zones(_by(inside, lambda who: str(who[1])), near, k)
    levels = apart(_by(inside, lambda who: str(who[2])), k)
    both: Counter[tuple[str, str]] = Counter()
    for who, tally in inside.items():
        both[str(who[1]), str(who[2])] += tally.people
    if crosses(zones, levels, both, k):
        levels = []
    return replace(one, standings=standings, zones=zones, assurances=levels)


def _zones(parts: Mapping[str, Tally], near: Mapping[int, Iterable[int]], k: int) -> list[Apart]:
    """Zones, small ones joined to neighbours; none where all of a group said the same."""
    sizes = {int(zone): Size(tally.people, tally.people) for zone, tally in parts.items()}
    groups = [
        Apart(
            tuple(str(zone) for zone in group.zones),
            sum((parts[str(zone)] for zone in group.zones), Tally()),
        )
        for group in merge(sizes, near, k)
    ]
    is_fine = len(groups) > 1 and all(group.tally.may_stand(k) for group in groups)
    return groups if is_fine else []


def _by(said: Told, key_of: Callable[[Who], str]) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for who in sorted(said):
        found[key_of(who)] += said[who]
    return found


def _by_standing(said: Told) -> dict[str, Tally]:
    parts = _by(said, lambda who: who[0])
    return {key: parts[key] for key in Standing.values if key in parts}


def _newest_looked_at(phase: Phase, k: int) -> int:
    """Number of the last response that is looked at while more come in; 0 for none."""
    rows = Response.objects.filter(phase=phase).order_by("pk")
    most = whole_steps(rows.count(), k)
    return rows.values_list("pk", flat=True)[most - 1] if most else 0


def _people(phase: Phase, newest: int | None) -> dict[Who, Tally]:
    rows = Response.objects.filter(phase=phase)
    if newest is not None:
        rows = rows.filter(pk__lte=newest)
    counted = rows.values_list("standing", "zone_id", "assurance")
    return {
        (standing, zone or 0, level or 0): Tally(number)
        for standing, zone, level, number in counted.annotate(number=Count("pk")).order_by()
    }


def _told(phase: Phase, newest: int | None) -> dict[int, dict[Who, Tally]]:
    """Answers by question and by who gave them, counted by the database."""
    rows = ResponseValue.objects.filter(response__phase=phase)
    if newest is not None:
        rows = rows.filter(response_id__lte=newest)
    counted = rows.values_list(
        "question_id",
        "value",
        "response__standing",
        "response__zone_id",
        "response__assurance",
    ).annotate(number=Count("pk"))
    found: dict[int, dict[Who, Tally]] = defaultdict(dict)
    for question, value, standing, zone, level, number in counted.order_by():
        said, who = found[question], (standing, zone or 0, level or 0)
        codes = value if isinstance(value, list) else [] if value is None else [str(value)]
        said[who] = said.get(who, Tally()) + Tally(number, dict.fromkeys(codes, number))
    return found


def _near(people: Told) -> Mapping[int, Iterable[int]]:
    zones = {zone for standing, zone, _level in people if zone and standing == Standing.INSIDE}
    return neighbours(zones) if zones else {}


def _places(phase: Phase) -> dict[int, dict[int, int]]:
    """By question how many places lie in each zone; of a line or area a point of it decides."""
    covering = ZoneShape.objects.current().of_kind("neighbourhood")
    zone = covering.filter(geometry__covers=OuterRef("middle"))
    counted = (
        ResponseValue.objects.filter(response__phase=phase, geometry__isnull=False)
        .annotate(middle=PointOnSurface("geometry"))
        .annotate(lies_in=Subquery(zone.order_by("zone_id").values("zone_id")[:1]))
        .values_list("question_id", "lies_in")
        .annotate(number=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for question, lies_in, number in counted:
        found[question][lies_in or NOWHERE] = number
    return found


def _texts(phase: Phase) -> dict[int, list[str]]:
    """Released words by question, in an order that tells nothing."""
    rows = ResponseValue.objects.filter(
        response__phase=phase, submission__state=Submission.State.RELEASED
    ).exclude(submission__text="")
    found: dict[int, list[str]] = defaultdict(list)
    for question, text in rows.order_by("submission_id").values_list(
        "question_id", "submission__text"
    ):
        found[question].append(text)
    return found


def _named(results: Iterable[QuestionResult]) -> dict[int, Zone]:
    shown: set[int] = set()
    for one in results:
        shown |= {int(key) for group in one.zones for key in group.keys} | set(one.places)
    return Zone.objects.in_bulk(sorted(shown - {NOWHERE})) if shown - {NOWHERE} else {}
