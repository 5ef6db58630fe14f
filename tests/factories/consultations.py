"""Consultations, their phases, drawings, voices and projects, for tests."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from consultations.models import (
    BudgetProject,
    Contribution,
    EligibilityRule,
    Phase,
    Process,
    ProjectLayer,
    ProjectPart,
    Question,
)
from consultations.phases import Action, PhaseKind
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, DepartmentFactory
from tests.factories.submissions import SubmissionFactory
from tests.factories.zones import MunicipalityFactory, spot

DAY = dt.timedelta(days=1)


class ProcessFactory(DjangoModelFactory[Process]):
    """A published consultation for the whole town."""

    class Meta:
        model = Process

    municipality = factory.SubFactory(MunicipalityFactory, modules=["consultations", "notices"])
    number = factory.Sequence(lambda n: n + 1)
    template = "street_works"
    names = factory.Sequence(lambda n: {"en": f"Consultation {n}", "ro": f"Consultare {n}"})
    texts = factory.LazyFunction(lambda: {"en": "What it is about.", "ro": "Despre ce este vorba."})
    department = factory.SubFactory(
        DepartmentFactory, municipality=factory.SelfAttribute("..municipality")
    )
    state = "published"
    reference_on = NOON.date() - DAY
    created_by = factory.SubFactory(UserFactory)
    created_at = NOON - DAY
    published_at = NOON - DAY


class PhaseFactory(DjangoModelFactory[Phase]):
    """A debate that began yesterday and ends in ten days."""

    class Meta:
        model = Phase

    process = factory.SubFactory(ProcessFactory)
    kind = PhaseKind.DEBATE
    starts_at = NOON - DAY
    ends_at = NOON + 10 * DAY


class LayerFactory(DjangoModelFactory[ProjectLayer]):
    """An alternative."""

    class Meta:
        model = ProjectLayer

    process = factory.SubFactory(ProcessFactory)
    code = factory.Sequence(lambda n: f"layer-{n}")
    kind = ProjectLayer.Kind.ALTERNATIVE
    names = factory.Sequence(lambda n: {"en": f"Alternative {n}"})
    descriptions = factory.LazyFunction(lambda: {"en": "Along the main street."})


class PartFactory(DjangoModelFactory[ProjectPart]):
    """A stop."""

    class Meta:
        model = ProjectPart

    layer = factory.SubFactory(LayerFactory)
    code = factory.Sequence(lambda n: f"part-{n}")
    kind = ProjectPart.Kind.STOP
    names = factory.Sequence(lambda n: {"en": f"Stop {n}"})
    geometry = factory.LazyFunction(lambda: spot(0.5, 0.5))


class RuleFactory(DjangoModelFactory[EligibilityRule]):
    """The vote of the whole town."""

    class Meta:
        model = EligibilityRule

    process = factory.SubFactory(ProcessFactory)
    action = Action.VOTE
    whose = "town"


class ContributionFactory(DjangoModelFactory[Contribution]):
    """A released comment of somebody inside the area."""

    class Meta:
        model = Contribution

    process = factory.SubFactory(ProcessFactory)
    phase = factory.SubFactory(PhaseFactory, process=factory.SelfAttribute("..process"))
    kind = Contribution.Kind.COMMENT
    submission = factory.SubFactory(SubmissionFactory, state="released", origin="consultation")
    author = factory.SubFactory(UserFactory)
    standing = "inside"
    said_at = NOON


class QuestionFactory(DjangoModelFactory[Question]):
    """One answer out of two."""

    class Meta:
        model = Question

    phase = factory.SubFactory(PhaseFactory, kind=PhaseKind.SURVEY)
    code = factory.Sequence(lambda n: f"q{n}")
    kind = Question.Kind.ONE
    names = factory.Sequence(lambda n: {"en": f"Question {n}?"})
    options = factory.LazyFunction(
        lambda: [{"code": "yes", "names": {"en": "Yes"}}, {"code": "no", "names": {"en": "No"}}]
    )


class BudgetProjectFactory(DjangoModelFactory[BudgetProject]):
    """A project on the ballot."""

    class Meta:
        model = BudgetProject

    process = factory.SubFactory(ProcessFactory)
    code = factory.Sequence(lambda n: f"P{n}")
    names = factory.Sequence(lambda n: {"en": f"Project {n}", "ro": f"Proiect {n}"})
    geometry = factory.LazyFunction(lambda: spot(0.5, 0.5))
    cost = 10_000
    state = BudgetProject.State.FEASIBLE
    drawn = factory.Sequence(lambda n: n + 1)
