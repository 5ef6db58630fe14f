"""The drawn project of a demonstration: two alternatives, a survey, voices and answers."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from accounts.models import User
from consultations.models import Contribution, Phase, Process, ProjectLayer, Question
from consultations.named_places import cut_to
from consultations.services.answering import answer_contributions, answer_zone
from consultations.services.drawing_up import LayerText, PartText, add_layer, add_part
from consultations.services.publishing import publish
from consultations.services.responding import Given, respond
from consultations.services.speaking import Saying, say
from consultations.services.supporting import toggle_support
from consultations.services.surveys import QuestionText, keep_question
from geo.crs import STORAGE_SRID
from geo.intake import AREAS, LINES
from portal.demo_consultation_frame import Demo, begun, released
from residents.models import Residence
from zones.days import civil_day
from zones.models import Street, TargetArea, Zone
from zones.services.target_areas import save_area

#: A street without a line is drawn through the middles of so many groups of its addresses.
GROUPS = 12
#: Of so many who fill in the survey one lives elsewhere.
ONE_OUTSIDE = 4
ONE_WITH_WORDS = 8
LATER = dt.timedelta(days=1)
#: Degrees that a marked place lies beside a home, at most.
BESIDE, ATTEMPTS = 0.0008, 20


def load_project(demo: Demo, facts: Mapping[str, Any]) -> Process:
    """Draw, publish, ask, let people speak, and answer."""
    area = _area(demo, facts["area"])
    process = begun(demo, facts, blueprint=facts["blueprint"], area=area)
    layers = [_layer(demo, process, layer) for layer in facts["layers"]]
    survey = process.phases.get(kind="survey")
    for question in facts["questions"]:
        keep_question(phase=survey, text=_question(question), now=process.created_at)
    process = publish(process=process, actor=demo.planner, now=process.created_at)
    survey = process.phases.get(kind="survey")
    crowd = demo.crowd(survey.starts_at)
    inside = [home for home in crowd if _lies_in(area, home.location)]
    outside = [home for home in crowd if not _lies_in(area, home.location)]
    _fill_in(demo, survey, facts, inside, outside)
    people = {"inside": iter(inside), "outside": iter(outside)}
    for one in facts["said"]:
        _speak(demo, process, one, layers, people)
    zone = Zone.objects.in_municipality(demo.town).get(code=facts["zone_answer"]["zone"])
    answer_zone(
        process=process,
        zone=zone,
        outcome=facts["zone_answer"]["outcome"],
        texts=facts["zone_answer"]["texts"],
        actor=demo.planner,
        now=demo.now - dt.timedelta(days=1),
    )
    return process


def _lies_in(area: TargetArea | None, place: GEOSGeometry) -> bool:
    return bool(area and area.geometry and area.geometry.covers(place))


def _area(demo: Demo, facts: Mapping[str, Any]) -> TargetArea:
    streets = [_street(demo, code).pk for code in facts["streets"]]
    lines: list[object] = [
        {
            "op": "add",
            "kind": "around",
            "of": {"street": street, "side": "any"},
            "metres": facts["metres"],
        }
        for street in streets
    ]
    return save_area(
        municipality=demo.town,
        name=facts["name"],
        recipe=lines,
        on=civil_day(demo.now, demo.town.timezone),
        actor=demo.planner,
        now=demo.now,
    )


def _layer(demo: Demo, process: Process, facts: Mapping[str, Any]) -> ProjectLayer:
    text = LayerText(facts["kind"], facts["names"], facts["descriptions"])
    layer = add_layer(process=process, text=text)
    for part in facts["parts"]:
        line = line_of(_street(demo, part["street"]))
        shape: BaseGeometry = (
            line.interpolate(part["at"], normalized=True)
            if "at" in part
            else substring(line, part["from"], part["to"], normalized=True)
        )
        written = shapely.to_geojson(shapely.set_precision(shape, 1e-7))
        add_part(layer=layer, text=PartText(part["kind"], part["names"], written))
    return layer


def line_of(street: Street) -> LineString:
    """The line of a street; where none is loaded, one through its addresses from west to east."""
    if street.axis is not None:
        merged = shapely.line_merge(shapely.from_wkb(bytes(street.axis.wkb)))
        parts = [part for part in shapely.get_parts(merged) if isinstance(part, LineString)]
        return max(parts, key=lambda line: float(line.length))
    points = sorted(
        (address.location.x, address.location.y) for address in street.addresses.order_by("pk")
    )
    size = max(1, -(-len(points) // GROUPS))
    groups = [points[start : start + size] for start in range(0, len(points), size)]
    middles = [
        (sum(x for x, _y in group) / len(group), sum(y for _x, y in group) / len(group))
        for group in groups
    ]
    return LineString([points[0], *middles[1:-1], points[-1]])


def _street(demo: Demo, code: str) -> Street:
    return Street.objects.in_municipality(demo.town).get(code=code)


def _question(facts: Mapping[str, Any]) -> QuestionText:
    return QuestionText(
        kind=facts["kind"],
        names=facts["names"],
        options=facts.get("options", ()),
        is_required=facts.get("is_required", False),
        is_in_area=facts["kind"] in ("point", "line"),
    )


def _fill_in(
    demo: Demo,
    survey: Phase,
    facts: Mapping[str, Any],
    inside: Sequence[Residence],
    outside: Sequence[Residence],
) -> None:
    """Those who answer are the last of the crowd; the first speak."""
    questions = list(zip(survey.questions.order_by("position"), facts["questions"], strict=True))
    few = facts["responses"] // ONE_OUTSIDE
    homes = [*inside[few - facts["responses"] :], *outside[-few:]]
    for number, home in enumerate(homes):
        answers = {
            question.code: given
            for question, one in questions
            if (given := _given(demo, question, one, home, number)) is not None
        }
        days = demo.random.uniform(1, 20)
        moment = survey.starts_at + dt.timedelta(days=days)
        respond(phase=survey, answers=answers, user=home.resident.user, now=moment)


def _given(
    demo: Demo, question: Question, facts: Mapping[str, Any], home: Residence, number: int
) -> Given | None:
    kind = question.kind
    if kind in ("one", "many"):
        codes = [option["code"] for option in question.options]
        drawn = demo.random.choices(codes, facts["weights"], k=1 if kind == "one" else 2)
        return Given(codes=tuple(dict.fromkeys(drawn)))
    if kind == "scale":
        return Given(score=demo.random.choices(range(1, 11), facts["weights"])[0])
    if kind == "text":
        texts = facts["answers"]
        chosen = texts[number // ONE_WITH_WORDS % len(texts)]
        return None if number % ONE_WITH_WORDS else Given(text=demo.marked(chosen))
    if kind == "line":
        return Given(place=_stretch(demo, facts["streets"][number % 2], question.phase.process))
    place = _beside(demo, home, question.phase.process)
    return Given(place=place) if place is not None else None


def _beside(demo: Demo, home: Residence, process: Process) -> GEOSGeometry | None:
    """A place of the area near a home, not the home itself; nothing where none was hit upon."""
    at = home.location
    for _attempt in range(ATTEMPTS):
        x, y = (value + demo.random.uniform(-BESIDE, BESIDE) for value in (at.x, at.y))
        place = GEOSGeometry(Point(x, y).wkb_hex, srid=at.srid)
        if _lies_in(process.area, place):
            return place
    return None


def _marked(
    demo: Demo, facts: Mapping[str, Any], home: Residence, process: Process
) -> GEOSGeometry | None:
    """The place of an idea: along a street, around a home, or a point; other words have none."""
    if "along" in facts:
        return _stretch(demo, facts["along"], process)
    place = _beside(demo, home, process) if facts.get("kind") == Contribution.Kind.IDEA else None
    if place is None or "around" not in facts or process.area is None:
        return place
    drawn = place.buffer(facts["around"], quadsegs=2)
    return cut_to(drawn, (process.area.geometry,), AREAS)


def _stretch(demo: Demo, code: str, process: Process) -> GEOSGeometry:
    """A third of a street, begun anywhere in its first half, within the area."""
    start = demo.random.uniform(0.1, 0.5)
    shape = substring(line_of(_street(demo, code)), start, start + 1 / 3, normalized=True)
    area = process.area.geometry if process.area else None
    line = GEOSGeometry(shapely.set_precision(shape, 1e-7).wkb_hex, srid=STORAGE_SRID)
    return cut_to(line, (area,), LINES)


def _speak(
    demo: Demo,
    process: Process,
    facts: Mapping[str, Any],
    layers: Sequence[ProjectLayer],
    people: Mapping[str, Iterator[Residence]],
) -> None:
    who = facts.get("who", "inside")
    is_named = who in ("business", "association")
    home = next(people["inside" if is_named else who])
    author = home.resident.user
    moment = demo.now - dt.timedelta(days=facts["days_ago"], hours=7)
    saying = Saying(
        text=demo.marked(facts["text"]),
        speaks_as=who if is_named else "",
        organisation=facts.get("organisation", ""),
        layer=layers[facts["layer"]] if "layer" in facts else None,
        kind=facts.get("kind", Contribution.Kind.COMMENT),
        place=_marked(demo, facts, home, process),
    )
    said = say(process=process, saying=saying, author=author, now=moment)
    if facts.get("state") == "waiting":
        return
    released(demo, said, moment)
    _reply(demo, said, facts.get("replies", ()), people["inside"])
    for home in islice(people["outside"], facts.get("support", 0)):
        toggle_support(contribution=said, user=home.resident.user, now=moment + LATER)
    if answer := facts.get("answer"):
        answer_contributions(
            process=process,
            contributions=[said],
            outcome=answer["outcome"],
            texts=answer["texts"],
            actor=demo.planner,
            now=moment + dt.timedelta(days=3),
        )


def _reply(
    demo: Demo, said: Contribution, texts: Sequence[str], people: Iterator[Residence]
) -> None:
    for number, (text, home) in enumerate(zip(texts, people, strict=False), start=1):
        moment = said.said_at + dt.timedelta(hours=9 * number)
        saying = Saying(text=demo.marked(text), parent=said)
        author: User = home.resident.user
        released(demo, say(process=said.process, saying=saying, author=author, now=moment), moment)
