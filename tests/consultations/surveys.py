"""What tests of surveys share: a town with a survey and people who answer it."""

from typing import Any

from accounts.models import User
from consultations.models import Phase, Question, Response, ResponseValue
from consultations.phases import PhaseKind
from tests.factories.accounts import UserFactory
from tests.factories.consultations import DAY, PhaseFactory, ProcessFactory, QuestionFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.residents import ResidenceFactory, ResidentFactory
from tests.factories.zones import AddressFactory, spot
from zones.models import TargetArea, Zone

Kind = Question.Kind


def running(**fields: Any) -> Phase:
    """A published survey under way."""
    return PhaseFactory.create(kind=PhaseKind.SURVEY, **fields)


def over(**fields: Any) -> Phase:
    """A published survey that ended an hour ago."""
    times = {"starts_at": NOON - 9 * DAY, "ends_at": NOON - DAY / 24}
    return PhaseFactory.create(kind=PhaseKind.SURVEY, **{**times, **fields})


def coming(**fields: Any) -> Phase:
    """A survey of a draft that begins tomorrow."""
    fields.setdefault("process", ProcessFactory.create(state="draft", published_at=None))
    return PhaseFactory.create(kind=PhaseKind.SURVEY, starts_at=NOON + DAY, **fields)


def ask(phase: Phase, kind: str = Kind.ONE, **fields: Any) -> Question:
    """A question; only choices have options."""
    if kind not in (Kind.ONE, Kind.MANY):
        fields.setdefault("options", [])
    return QuestionFactory.create(phase=phase, kind=kind, **fields)


def narrow(phase: Phase, geometry: Any) -> TargetArea:
    """Give a consultation an area."""
    process = phase.process
    process.area = TargetArea.objects.create(
        municipality=process.municipality,
        name="Area",
        on=TODAY,
        geometry=geometry,
        created_at=NOON,
        changed_at=NOON,
    )
    process.save()
    return process.area


def resident(phase: Phase, column: float = 0.5, row: float = 0.5) -> User:
    """Somebody whose home lies at a point of the grid since long ago."""
    town = phase.process.municipality
    person = ResidentFactory.create(municipality=town)
    address = AddressFactory.create(municipality=town, location=spot(column, row))
    ResidenceFactory.create(
        resident=person, address=address, valid_from=NOON.date() - 30 * DAY, assurance=2
    )
    return person.user


def answered(
    question: Question,
    value: Any = None,
    *,
    standing: str = "inside",
    zone: Zone | None = None,
    times: int = 1,
    **fields: Any,
) -> list[Response]:
    """So many people who gave one answer."""
    assurance = fields.pop("assurance", 1 if standing == "inside" else None)
    found = Response.objects.bulk_create(
        Response(
            phase=question.phase,
            user=None,
            standing=standing,
            zone=zone,
            assurance=assurance,
            answered_on=TODAY,
        )
        for _number in range(times)
    )
    ResponseValue.objects.bulk_create(
        ResponseValue(response=one, question=question, value=value, **fields) for one in found
    )
    return found


def somebody() -> User:
    """A person without a home in the town."""
    return UserFactory.create()
