"""The bound of a vote in which people choose in their own zone and in some others.

Asked of a line of the roll, or of a paper, which tells no home: a paper is refused only where it
fits nobody who may vote. Nothing is written but the zones of projects, once, with the roll.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.contrib.gis.db.models import Case, F, IntegerField, OuterRef, Subquery, Value, When
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.eligibility import Rule, Whose, Why
from consultations.models import BudgetProject, EligibilityRule, Phase, Process, RollEntry
from consultations.phases import Action
from consultations.zone_choice import Reach
from zones.models import Zone, ZoneShape
from zones.names import in_language


def is_limited(phase: Phase) -> bool:
    """Whether choices are bound to the own zone and some others; one query."""
    rules = EligibilityRule.objects.filter(process_id=phase.process_id, action=Action.VOTE)
    return rules.filter(whose=Whose.HOME_PLUS).exists()


def reach_of(phase: Phase, entry: RollEntry | None) -> Reach | None:
    """How far one voter may go; nothing where the vote sets no bound or nobody is known."""
    if entry is None or not is_limited(phase):
        return None
    return Reach(frozenset(entry.zone_ids), entry.others)


def others_of(phase: Phase) -> int | None:
    """In how many zones beside the own one everybody may choose; nothing without a bound."""
    rules = EligibilityRule.objects.filter(process_id=phase.process_id, action=Action.VOTE)
    return rules.filter(whose=Whose.HOME_PLUS).values_list("others", flat=True).first()


def check_zones(phase: Phase, chosen: Sequence[BudgetProject], entry: RollEntry | None) -> None:
    """Refuse choices that go too far.

    Args:
        entry: the line of the voter; nothing for a paper.

    Raises:
        ValidationError: `too_many_zones`, naming the zones that are too many.
    """
    numbers = sorted({one.zone_id for one in chosen if one.zone_id is not None})
    if not numbers or not is_limited(phase):
        return
    if entry is None:
        if not _fits_somebody(phase, numbers):
            raise ValidationError(_paper_words(chosen), code="too_many_zones")
        return
    reach = Reach(frozenset(entry.zone_ids), entry.others)
    if not reach.allows(numbers):
        names = _names(chosen, reach.beyond(numbers))
        raise ValidationError(_voter_words(names, reach.others), code="too_many_zones")


def _fits_somebody(phase: Phase, zones: Sequence[int]) -> bool:
    """Whether anybody who may vote could have written it; one query over the lines."""
    inside = sum(
        (
            Case(When(zone_ids__contains=[zone], then=1), default=0, output_field=IntegerField())
            for zone in zones
        ),
        start=Value(0),
    )
    lines = RollEntry.objects.filter(roll__phase=phase, why=Why.COUNTED)
    return lines.annotate(inside=inside).filter(inside__gte=len(zones) - F("others")).exists()


def _names(chosen: Iterable[BudgetProject], zones: Iterable[int]) -> str:
    wanted = set(zones)
    found = {one.zone_id: one.zone for one in chosen if one.zone_id in wanted and one.zone}
    return ", ".join(sorted(in_language(zone.names) for zone in found.values()))


def _voter_words(names: str, others: int) -> str:
    if not others:
        told = _(
            "Only projects of your own zone and of the whole town can be chosen. Take away what "
            "lies in: %(zones)s."
        )
        return told % {"zones": names}
    told = ngettext(
        "Beside your own zone you may choose projects of one other zone. You chose in these: "
        "%(zones)s. Take away all but one.",
        "Beside your own zone you may choose projects of %(others)d other zones. You chose in "
        "these: %(zones)s. Take some away.",
        others,
    )
    return told % {"zones": names, "others": others}


def _paper_words(chosen: Sequence[BudgetProject]) -> str:
    names = _names(chosen, {one.zone_id for one in chosen if one.zone_id is not None})
    told = _(
        "Nobody may choose in so many zones at once: %(zones)s. Look whether the ballot is typed "
        "right; if it is, declare it void."
    )
    return told % {"zones": names}


def place_projects(process: Process, rule: Rule, on: dt.date) -> None:
    """Write beside each project the zone that covers all of it; one query to find them.

    Neighbourhoods go before other kinds, as on the lines of the roll, then the smallest; where the
    rule names zones, these go before all. What no zone covers, or has no place, is for the whole
    town.
    """
    named_first = Case(
        When(zone__in=rule.zones, then=0),
        When(zone__kind__code="neighbourhood", then=1),
        default=2,
        output_field=IntegerField(),
    )
    shapes = ZoneShape.objects.in_municipality(process.municipality).in_force(on)
    shapes = shapes.filter(
        zone__in=Zone.objects.in_municipality(process.municipality).areas(),
        geometry__covers=OuterRef("geometry"),
    ).order_by(named_first, "area_m2", "zone_id")
    rows = BudgetProject.objects.filter(process=process).on_ballots()
    placed = list(rows.annotate(lies_in=Subquery(shapes.values("zone")[:1])))
    for one in placed:
        one.zone_id = one.lies_in  # type: ignore[attr-defined] # annotated above
    BudgetProject.objects.bulk_update(placed, ["zone"])
