"""Preparing a consultation while nobody outside sees it: from a template to texts, dates, area."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.ballots import BallotForm
from consultations.blueprints import Blueprint
from consultations.models import EligibilityRule, Phase, Process
from consultations.phases import Action, PhaseKind, faults_of
from consultations.words import LONGEST_TEXT, validate_texts
from departments.models import Department
from residents.models import Residence
from zones.models import Municipality, TargetArea
from zones.names import LONGEST_NAME, in_language
from zones.services.history import Subject, record_change

if TYPE_CHECKING:
    from accounts.models import User

MOST_PHASES = 20
#: What is wrong with a plan of phases, and what to do about it.
PHASE_FAULTS = {
    "empty": gettext_lazy("Add at least one phase."),
    "backwards": gettext_lazy("A phase has to end after it begins. Move one of the two."),
    "two_votes": gettext_lazy("Two votes cannot run at once. Let one end before the other begins."),
    "endless_vote": gettext_lazy("A vote needs an end. Say until when people may vote."),
    "result_first": gettext_lazy(
        "The result may only be shown when the vote is over. Let it begin at the end of the vote."
    ),
}


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """A phase as it is planned.

    Attributes:
        pk: of the phase that is changed; nothing for a new one.
    """

    kind: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None = None
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """What somebody says to begin with."""

    blueprint: Blueprint
    names: Mapping[str, str]
    department: Department
    starts_on: dt.date
    area: TargetArea | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def begin(
    *, municipality: Municipality, beginning: Beginning, actor: "User", now: dt.datetime
) -> Process:
    """Begin a consultation from a template, with phases one after the other from a day on.

    Raises:
        ValidationError: `required`, `too_long`, `elsewhere`, at the field.
    """
    # One at a time, so that two consultations of a town never take the same number.
    town = Municipality.objects.select_for_update().get(pk=municipality.pk)
    _require_own(town, department=beginning.department, area=beginning.area)
    blueprint = beginning.blueprint
    largest = Process.objects.in_municipality(town).aggregate(largest=Max("number"))["largest"]
    process = Process(
        municipality=town,
        number=(largest or 0) + 1,
        template=blueprint.code,
        names=checked_names(beginning.names, town),
        texts=checked_texts(beginning.texts, "texts"),
        department=beginning.department,
        area=beginning.area,
        reference_on=beginning.starts_on,
        created_by=actor,
        created_at=now,
    )
    process.save()
    _plan(process, blueprint, beginning.starts_on)
    written(process, before=None, actor=actor, now=now)
    return process


@transaction.atomic
def set_texts(
    *,
    process: Process,
    names: Mapping[str, str],
    texts: Mapping[str, str],
    department: Department,
    actor: "User",
    now: dt.datetime,
) -> Process:
    """Say what it is called, what it is about and which department answers for it.

    Raises:
        ValidationError: `required`, `too_long`, `elsewhere` at the field; `fixed`.
    """
    current = open_draft(process)
    before = facts_of(current)
    _require_own(current.municipality, department=department)
    current.names = checked_names(names, current.municipality)
    current.texts = checked_texts(texts, "texts")
    current.department = department
    current.save(update_fields=["names", "texts", "department"])
    written(current, before=before, actor=actor, now=now)
    return current


@transaction.atomic
def set_phases(
    *, process: Process, plans: Sequence[PhasePlan], actor: "User", now: dt.datetime
) -> list[Phase]:
    """Set the phases; those not among `plans` are taken away with the questions they hold.

    Raises:
        ValidationError: a code of `phases.faults_of`, `too_many`, `kind`, `fixed`.
    """
    current = open_draft(process)
    before = facts_of(current)
    _check_phases(plans)
    kept = {one.pk: one for one in current.phases.all()}
    phases = []
    for plan in sorted(plans, key=lambda one: one.starts_at):
        phase = kept.pop(plan.pk, None) if plan.pk is not None else None
        phase = phase or Phase(process=current)
        if phase.kind != plan.kind:
            phase.settings = {}
        phase.kind, phase.starts_at, phase.ends_at = plan.kind, plan.starts_at, plan.ends_at
        phase.save()
        phases.append(phase)
    Phase.objects.filter(pk__in=kept).delete()
    written(current, before=before, actor=actor, now=now)
    return phases


@transaction.atomic
def set_vote(
    *,
    process: Process,
    phase: Phase,
    settings: Mapping[str, Any],
    actor: "User",
    now: dt.datetime,
) -> Phase:
    """Set the form of the ballot and the rule of the count of a vote.

    Raises:
        ValidationError: as `ballots.BallotForm.of`; `not_a_vote`, `fixed`.
    """
    current = open_draft(process)
    row = current.phases.get(pk=phase.pk)
    if row.kind != PhaseKind.VOTE:
        raise ValidationError(_("Only a vote has a ballot. Choose the vote."), code="not_a_vote")
    BallotForm.of(settings)
    before = facts_of(current)
    row.settings = dict(settings)
    row.save(update_fields=["settings"])
    written(current, before=before, actor=actor, now=now)
    return row


@transaction.atomic
def set_area(
    *, process: Process, area: TargetArea | None, actor: "User", now: dt.datetime
) -> Process:
    """Choose a saved area, or nothing for the whole town; the publication fixes its lines.

    Raises:
        ValidationError: `elsewhere`, `empty` at `area`; `fixed`.
    """
    current = open_draft(process)
    before = facts_of(current)
    _require_own(current.municipality, area=area)
    current.area = area
    current.save(update_fields=["area"])
    written(current, before=before, actor=actor, now=now)
    return current


def open_draft(process: Process) -> Process:
    """The consultation, locked for a change.

    Raises:
        ValidationError: `fixed` when it is not being prepared any more.
    """
    rows = Process.objects.select_related("municipality", "area", "department")
    current = rows.select_for_update(of=("self",)).get(pk=process.pk)
    if current.state != Process.State.DRAFT:
        raise ValidationError(
            _("This consultation is published and stays as it is. Only a phase can be prolonged."),
            code="fixed",
        )
    return current


def checked_names(
    given: Mapping[str, str], municipality: Municipality, at: str = "names"
) -> dict[str, str]:
    """Names by language without the empty ones; the town's first language must be there.

    Raises:
        ValidationError: `required`, `too_long`, at the field of the language.
    """
    names = {code: text.strip() for code, text in given.items() if text.strip()}
    first = municipality.languages[0]
    if first not in names:
        raise ValidationError({f"{at}_{first}": _required()}, code="required")
    for code, text in names.items():
        if len(text) > LONGEST_NAME:
            raise ValidationError({f"{at}_{code}": _too_long(LONGEST_NAME)}, code="too_long")
    return names


def checked_texts(given: Mapping[str, str], at: str) -> dict[str, str]:
    """Texts by language without the empty ones.

    Raises:
        ValidationError: `too_long`, `unreadable`, at the field of the language.
    """
    texts = {code: text.strip() for code, text in given.items() if text.strip()}
    for code, text in texts.items():
        if len(text) > LONGEST_TEXT:
            raise ValidationError({f"{at}_{code}": _too_long(LONGEST_TEXT)}, code="too_long")
    validate_texts(texts)
    return texts


def facts_of(process: Process) -> dict[str, Any]:
    """What the history keeps of a consultation, in plain values."""
    return {
        "state": process.state,
        "names": process.names,
        "texts": process.texts,
        "department": process.department.code,
        "area": process.area.name if process.area is not None else "",
        "reference_on": process.reference_on.isoformat() if process.reference_on else "",
        "is_binding": process.is_binding,
        "council_decision": process.council_decision,
        "withdrawn_why": process.withdrawn_why,
        "phases": [
            [one.kind, one.starts_at.isoformat(), one.ends_at.isoformat() if one.ends_at else ""]
            for one in Phase.objects.filter(process=process).order_by("starts_at", "pk")
        ],
        "votes": [
            one.settings
            for one in Phase.objects.filter(process=process, kind=PhaseKind.VOTE).order_by("pk")
        ],
    }


def written(
    process: Process,
    *,
    before: Mapping[str, Any] | None,
    actor: "User",
    now: dt.datetime,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Keep in the history of the town what was changed; `more` stands beside `facts_of`."""
    town = process.municipality
    record_change(
        municipality=town,
        subject=Subject(
            "consultation",
            str(process.number),
            in_language(process.names, town.languages, town.languages[0]),
        ),
        before=before,
        after={**facts_of(process), **(more or {})},
        actor=actor,
        now=now,
    )


def refuse_phases(codes: Sequence[str]) -> None:
    """Say what is wrong with a plan of phases.

    Raises:
        ValidationError: one for each code of `phases.faults_of`.
    """
    if codes:
        raise ValidationError(
            [ValidationError(str(PHASE_FAULTS[code]), code=code) for code in codes]
        )


def _check_phases(plans: Sequence[PhasePlan]) -> None:
    if len(plans) > MOST_PHASES:
        words = _("A consultation has at most %(most)d phases. Join some of them.")
        raise ValidationError(words, code="too_many", params={"most": MOST_PHASES})
    if any(plan.kind not in PhaseKind.values for plan in plans):
        raise ValidationError(_("Choose what happens in the phase."), code="kind")
    refuse_phases(faults_of(plans))


def _plan(process: Process, blueprint: Blueprint, starts_on: dt.date) -> None:
    """Lay the phases of a template one after the other, from midnight to midnight of the town."""
    zone = ZoneInfo(process.municipality.timezone)

    def midnight(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), tzinfo=zone)

    for kind, first, after in blueprint.dates(starts_on):
        settings = _ballot(process, blueprint) if kind == PhaseKind.VOTE else {}
        Phase.objects.create(
            process=process,
            kind=kind,
            starts_at=midnight(first),
            ends_at=midnight(after) if after else None,
            settings=settings,
        )
    if blueprint.has_vote:
        EligibilityRule.objects.create(
            process=process,
            action=Action.VOTE,
            whose=blueprint.whose,
            assurance=Residence.Assurance.POST,
        )


def _ballot(process: Process, blueprint: Blueprint) -> dict[str, Any]:
    """The vote of a template in the money of the town; the amount is still to be said."""
    currency = "RON" if process.municipality.country == "RO" else "EUR"
    return {**blueprint.ballot, "currency": currency}


def _require_own(
    municipality: Municipality, *, department: Department | None = None, area: Any = None
) -> None:
    if department is not None and department.municipality_id != municipality.pk:
        words = _("Choose a department of this town.")
        raise ValidationError({"department": words}, code="elsewhere")
    if area is not None and area.municipality_id != municipality.pk:
        words = _("Choose an area of this town.")
        raise ValidationError({"area": words}, code="elsewhere")
    if area is not None and area.geometry is None:
        words = _("There is nothing in this area yet. Add a line to it first, or choose another.")
        raise ValidationError({"area": words}, code="empty")


def _required() -> str:
    return _("Fill this in: it is the first language of the town.")


def _too_long(most: int) -> str:
    return _("Shorten this to at most %(most)d characters.") % {"most": most}
