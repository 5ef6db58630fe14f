"""Whose voice counts in a consultation that is being prepared, and whether the town is bound."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.eligibility import Whose
from consultations.models import EligibilityRule, Process
from consultations.phases import Action
from consultations.services.preparing import facts_of, open_draft, written
from residents.models import Residence
from zones.models import Zone

if TYPE_CHECKING:
    from accounts.models import User

#: For what a rule can be set; everybody may always read and comment.
RULED = (Action.VOTE, Action.ANSWER, Action.SUPPORT)
MOST_OTHERS = 5
OLDEST_LEAST_AGE = 30


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """Whose voice counts for an action; see `eligibility.Rule`."""

    whose: Whose
    zones: Sequence[Zone] = ()
    others: int = 0
    assurance: int = Residence.Assurance.DECLARED
    least_age: int = 0


@transaction.atomic
def set_rule(
    *, process: Process, action: Action, choice: RuleChoice, actor: "User", now: dt.datetime
) -> EligibilityRule:
    """Say whose voice counts for an action.

    Raises:
        ValidationError: `zones`, `elsewhere`, `area`, `others`, `least_age`, `assurance` at the
            field; `unsure` where the town is bound; `fixed`.
    """
    current = open_draft(process)
    _check(current, action, choice)
    if action is Action.VOTE and current.is_binding:
        _require_sure(choice.assurance, current.council_decision)
    before = {**facts_of(current), **_rules_of(current)}
    row, _is_new = EligibilityRule.objects.update_or_create(
        process=current,
        action=action,
        defaults={
            "whose": choice.whose,
            "others": choice.others if choice.whose is Whose.HOME_PLUS else 0,
            "assurance": choice.assurance,
            "least_age": choice.least_age,
        },
    )
    row.zones.set(choice.zones if choice.whose in _WITH_ZONES else ())
    written(current, before=before, actor=actor, now=now, more=_rules_of(current))
    return row


@transaction.atomic
def set_binding(
    *,
    process: Process,
    is_binding: bool,
    council_decision: str,
    actor: "User",
    now: dt.datetime,
) -> Process:
    """Say whether the town is bound by the vote, and which decision of the council says so.

    Raises:
        ValidationError: `unsure` at `council_decision` where addresses were only declared and no
            decision is named; `too_long`, `fixed`.
    """
    current = open_draft(process)
    decision = council_decision.strip()
    if len(decision) > 200:
        words = _("Shorten this to at most %(most)d characters.") % {"most": 200}
        raise ValidationError({"council_decision": words}, code="too_long")
    if is_binding:
        _require_sure(_assurance_of_vote(current), decision)
    before = facts_of(current)
    current.is_binding, current.council_decision = is_binding, decision
    current.save(update_fields=["is_binding", "council_decision"])
    written(current, before=before, actor=actor, now=now)
    return current


@transaction.atomic
def set_reference_day(
    *, process: Process, on: dt.date | None, actor: "User", now: dt.datetime
) -> Process:
    """Say the civil day on which homes count.

    Raises:
        ValidationError: `fixed`.
    """
    current = open_draft(process)
    before = facts_of(current)
    current.reference_on = on
    current.save(update_fields=["reference_on"])
    written(current, before=before, actor=actor, now=now)
    return current


def is_unsure(process: Process) -> bool:
    """Whether the town would be bound by votes of homes that were only declared."""
    is_declared = _assurance_of_vote(process) < Residence.Assurance.POST
    return process.is_binding and is_declared and not process.council_decision


_WITH_ZONES = frozenset({Whose.ZONES, Whose.HOME_PLUS})


def _check(process: Process, action: Action, choice: RuleChoice) -> None:
    if action not in RULED:
        words = _("This is open to everybody; nothing can be set for it.")
        raise ValidationError(words, code="action")
    if choice.whose is Whose.ZONES and not choice.zones:
        raise ValidationError({"zones": _("Choose at least one zone.")}, code="zones")
    if any(zone.kind.municipality_id != process.municipality_id for zone in choice.zones):
        raise ValidationError({"zones": _("Choose zones of this town.")}, code="elsewhere")
    if choice.whose is Whose.HOME_PLUS and not 1 <= choice.others <= MOST_OTHERS:
        words = _("Say in how many other zones one may vote: 1 to %(most)d.")
        raise ValidationError({"others": words % {"most": MOST_OTHERS}}, code="others")
    if not 0 <= choice.least_age <= OLDEST_LEAST_AGE:
        words = _("Give an age from 0 to %(most)d; 0 asks for none.")
        raise ValidationError({"least_age": words % {"most": OLDEST_LEAST_AGE}}, code="least_age")
    if choice.assurance not in Residence.Assurance.values:
        raise ValidationError(
            {"assurance": _("Choose how sure the address must be.")}, code="assurance"
        )


def _assurance_of_vote(process: Process) -> int:
    """How sure the address of a voter is; only declared where nothing was set."""
    row = process.rules.filter(action=Action.VOTE).first()
    return row.assurance if row else Residence.Assurance.DECLARED


def _require_sure(assurance: int, decision: str) -> None:
    if assurance >= Residence.Assurance.POST or decision:
        return
    raise ValidationError(
        {
            "council_decision": _(
                "A vote that binds the town needs addresses confirmed by a code by post or at the "
                "desk. Ask for that, or name the decision of the council that allows less."
            )
        },
        code="unsure",
    )


def _rules_of(process: Process) -> dict[str, object]:
    """The rules in plain values, for the history."""
    rows = process.rules.order_by("action").prefetch_related("zones")
    return {
        f"rule_{row.action}": {
            "whose": row.whose,
            "zones": sorted(zone.code for zone in row.zones.all()),
            "others": row.others,
            "assurance": row.assurance,
            "least_age": row.least_age,
        }
        for row in rows
    }
