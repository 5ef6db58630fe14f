"""What waits for one person at the desk, by kind, in two queries."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count, Q

from accounts.models import User
from departments.access import ROLES_WITH, Right
from incidents.models import Incident, Remark
from incidents.querysets import RemarkQuerySet
from incidents.reach import Hat
from incidents.services.standing import is_wide
from incidents.workflow import ALIVE, Status, WaitsFor
from zones.models import Municipality


def under(held: Sequence[Hat], right: Right) -> list[Hat]:
    """Those of some hats that carry a right."""
    return [hat for hat in held if hat.membership.role in ROLES_WITH[right]]


def waiting_for(
    *, municipality: Municipality, user: User, held: Sequence[Hat], today: dt.date
) -> dict[str, int]:
    """How many reports wait for a person, by what they wait for; only what the hats see."""
    seen = Incident.objects.in_municipality(municipality).seen_under(held).filter(status__in=ALIVE)
    counts = seen.aggregate(
        mine=Count("pk", filter=Q(handler=user)),
        late=Count("pk", filter=Q(due_on__lt=today)),
        today=Count("pk", filter=Q(due_on=today)),
        sort=Count("pk", filter=Q(status=Status.TRIAGE)),
        head=Count("pk", filter=Q(waits_for=WaitsFor.HEAD)),
        authority=Count("pk", filter=Q(waits_for=WaitsFor.AUTHORITY)),
        relations=Count("pk", filter=Q(waits_for=WaitsFor.RELATIONS)),
    )
    signing = under(held, Right.SIGN)
    mine = {
        "sort": bool(under(held, Right.SORT)),
        "head": bool(signing),
        "authority": any(is_wide(hat) for hat in signing),
        "relations": bool(under(held, Right.TAKE_IN)),
    }
    found = {name: count for name, count in counts.items() if mine.get(name, True)}
    return found | {"opinions": opinions_asked(municipality, held).count()}


def opinions_asked(municipality: Municipality, held: Sequence[Hat]) -> RemarkQuerySet:
    """Opinions that the departments of some hats were asked for and have not given."""
    rows = Remark.objects.filter(
        incident__municipality=municipality,
        kind=Remark.Kind.OPINION_ASKED,
        replies__isnull=True,
        incident__status__in=ALIVE,
    )
    if any(hat.departments is None for hat in held):
        return rows
    numbers = {pk for hat in held for pk in hat.departments or ()}
    return rows.filter(department__in=numbers)
