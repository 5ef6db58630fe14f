"""Sends a report to whom the rules name, or leaves it for a person where they cannot say.

The ledger keeps what the rules said as numbers and codes; `ruling_of` reads it back.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Department
from incidents.competence import BrokenRule, Choice, Matched, Ruling, Why, rule_for
from incidents.models import Incident, IncidentEvent
from incidents.services.recording import SYSTEM, Actor, record
from incidents.services.rule_alarms import alarm_about
from incidents.services.warning import alarm
from incidents.workflow import SORTED, Kind, WaitsFor

_SAID = (Kind.ROUTED, Kind.OUTSIDE, Kind.DOUBTED, Kind.UNROUTED)


@transaction.atomic
def route(*, incident: Incident, now: dt.datetime) -> Ruling | None:
    """Ask the rules and record what they say; nothing is recorded that stands so already.

    A gap, and a report without a category, stay with or go back to the people who sort.
    """
    if incident.status not in SORTED:
        return None
    ruling = ask_rules(incident, now)
    alarm_about(municipality=incident.municipality, broken=ruling.errors, now=now)
    if ruling.doubt:
        _leave_department(incident, ruling, now)
        _record(incident, Kind.DOUBTED, _doubt_data(ruling), now)
    elif ruling.rule is None:
        _leave_department(incident, ruling, now)
    else:
        _send(incident, ruling, SYSTEM, now)
    alarm(incident, now)
    return ruling


def ask_rules(incident: Incident, now: dt.datetime) -> Ruling:
    """What the rules in force say of a report at an hour; writes nothing."""
    if incident.category is None:
        return Ruling()
    return rule_for(
        municipality=incident.municipality,
        category=incident.category,
        geometry=incident.geometry,
        accuracy_m=incident.accuracy_m,
        site=incident.site,
        at=now,
    )


@transaction.atomic
def settle_doubt(*, incident: Incident, choice: int, actor: Actor, now: dt.datetime) -> Ruling:
    """Send a report where its reporter or a dispatcher says it lies; `choice` is a rule's id.

    Raises:
        ValidationError: `no_doubt` when nobody asked any more, `no_choice` for a rule that was not
            among those asked about, `closed_department`.
    """
    current = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    asked = ruling_of(current)
    if current.waits_for != WaitsFor.PLACE or asked is None or not asked.doubt:
        raise ValidationError(
            _("This has been answered already. Load the page again."), code="no_doubt"
        )
    chosen = next((one for one in asked.doubt if one.rule_id == choice), None)
    if chosen is None:
        raise ValidationError(_("Choose one of the answers."), code="no_choice")
    if not Department.objects.in_use().filter(pk=chosen.department_id).exists():
        raise ValidationError(
            _("This office is closed. Choose another answer, or sort the report by hand."),
            code="closed_department",
        )
    others = [one for one in asked.doubt if one.department_id != chosen.department_id]
    ruling = Ruling(
        rule=chosen,
        rule_set=asked.rule_set,
        runner_up=others[0] if others else None,
        matched=chosen.matched,
    )
    _send(incident, ruling, actor, now, is_settled=True)
    return ruling


def ruling_of(incident: Incident) -> Ruling | None:
    """What the rules last said of a report; None where a person decided, or nobody. One query."""
    event = IncidentEvent.objects.filter(incident=incident, kind__in=_SAID).order_by("-seq").first()
    return ruling_in(event) if event else None


def ruling_in(event: IncidentEvent) -> Ruling | None:
    """What the rules said in one event, None where it was not they who said it."""
    data = json.loads(bytes(event.body))["data"]
    if "rule_set" not in data:
        return None
    distance = data.get("distance_dm")
    return Ruling(
        rule=_choice_in(data.get("by_rule")),
        rule_set=data["rule_set"],
        distance_m=None if distance is None else distance / 10,
        runner_up=_choice_in(data.get("runner_up")),
        doubt=tuple(_known(one) for one in data.get("choices", [])),
        errors=tuple(
            BrokenRule(one["rule"], one["code"], Why(one["why"])) for one in data.get("broken", [])
        ),
        matched=Matched(data.get("matched", Matched.NOTHING)),
    )


def _send(
    incident: Incident, ruling: Ruling, actor: Actor, now: dt.datetime, *, is_settled: bool = False
) -> None:
    rule = ruling.rule
    if rule is None:
        return
    data = ruling_data(ruling) | {
        "department": rule.department_id,
        "department_code": rule.department_code,
        "rule": rule.rule_id,
        "is_settled": is_settled,
    }
    if rule.is_outside:
        record(incident=incident, kind=Kind.OUTSIDE, data=data, actor=actor, now=now)
    elif incident.department_id != rule.department_id or incident.waits_for == WaitsFor.PLACE:
        record(incident=incident, kind=Kind.ROUTED, data=data, actor=actor, now=now)


def _leave_department(incident: Incident, ruling: Ruling, now: dt.datetime) -> None:
    """Back to sorting, where it lies with a department or waits for an answer that is no use."""
    if incident.department_id or incident.waits_for == WaitsFor.PLACE:
        _record(incident, Kind.UNROUTED, ruling_data(ruling), now)


def _record(incident: Incident, kind: Kind, data: Mapping[str, Any], now: dt.datetime) -> None:
    record(incident=incident, kind=kind, data=data, actor=SYSTEM, now=now)


def _doubt_data(ruling: Ruling) -> dict[str, Any]:
    return ruling_data(ruling) | {"choices": [_choice_data(one) for one in ruling.doubt]}


def ruling_data(ruling: Ruling) -> dict[str, Any]:
    """A ruling as numbers and codes, without a float."""
    distance = ruling.distance_m
    return {
        "rule_set": ruling.rule_set,
        "by_rule": _choice_data(ruling.rule) if ruling.rule else None,
        "matched": str(ruling.matched),
        "distance_dm": None if distance is None else round(distance * 10),
        "runner_up": _choice_data(ruling.runner_up) if ruling.runner_up else None,
        "broken": [
            {"rule": one.rule_id, "code": one.code, "why": str(one.why)} for one in ruling.errors
        ],
    }


def _choice_data(choice: Choice) -> dict[str, Any]:
    return {
        "rule": choice.rule_id,
        "code": choice.code,
        "department": choice.department_id,
        "department_code": choice.department_code,
        "is_outside": choice.is_outside,
        "matched": str(choice.matched),
    }


def _choice_in(data: Mapping[str, Any] | None) -> Choice | None:
    return _known(data) if data else None


def _known(data: Mapping[str, Any]) -> Choice:
    return Choice(
        data["rule"],
        data["code"],
        data["department"],
        data["department_code"],
        data["is_outside"],
        Matched(data["matched"]),
    )
