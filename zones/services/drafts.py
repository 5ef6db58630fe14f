"""Drawing a new state of all zones of a kind: begin, step, undo, hand in, publish by a second."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zones.days import civil_day
from zones.importing.rows import KindSpec, Source
from zones.models import Municipality, ZoneDraft, ZoneDraftStep, ZoneEdition, ZoneKind
from zones.names import with_code
from zones.services.datasets import kind_for
from zones.services.divisions import (
    Division,
    division_at,
    division_before,
    division_of,
    division_to_come,
    do_overlap,
    judge,
    outline_of,
    shown_step,
)
from zones.services.draft_acts import Act, perform, work_on
from zones.services.editions import EditionOutcome, NewEdition, load_zones
from zones.services.history import Subject, record_change
from zones.services.register import lock

if TYPE_CHECKING:
    from accounts.models import User

MOST_STEPS = 1000
DRAWN = "Drawn in the zone editor"
OWN_DATA = "Own data of the town"
_HIDDEN_KINDS = (ZoneKind.STREET, ZoneKind.BUILT)
State = ZoneDraft.State


class DraftMovedOn(Exception):  # noqa: N818 - what happened, as callers read it
    """Somebody else worked on the draft since the page was loaded."""


@transaction.atomic
def make_kind(*, municipality: Municipality, spec: KindSpec) -> ZoneKind:
    """Give a town a new kind of zones to draw.

    Raises:
        ValidationError: `kind_taken`, or what the model refuses.
    """
    lock(municipality)
    if ZoneKind.objects.in_municipality(municipality).filter(code=spec.code).exists():
        raise ValidationError(
            {"code": [_("The town has zones of this kind already. Open them in the list.")]},
            code="kind_taken",
        )
    return kind_for(municipality, spec)


@transaction.atomic
def begin_draft(
    *,
    municipality: Municipality,
    kind: ZoneKind,
    actor: "User",
    now: dt.datetime,
    undo: ZoneEdition | None = None,
) -> ZoneDraft:
    """Begin from what is in force, empty where nothing is.

    Args:
        undo: begin from what was in force before this edition instead.

    Raises:
        ValidationError: `foreign_kind`, `derived_kind`, `draft_open`, `zones_overlap`.
    """
    if kind.municipality_id != municipality.pk:
        raise ValidationError(
            _("This kind of zone belongs to another municipality. Choose one of this town."),
            code="foreign_kind",
        )
    if kind.code in _HIDDEN_KINDS:
        raise ValidationError(
            _("These areas are made from streets and cannot be drawn by hand."),
            code="derived_kind",
        )
    lock(municipality)
    if ZoneDraft.objects.in_municipality(municipality).filter(kind=kind).open().exists():
        raise ValidationError(
            _("These zones are being drawn already. Go on with that draft, or throw it away."),
            code="draft_open",
        )
    if not kind.is_partition and do_overlap(kind):
        raise ValidationError(
            _("Zones of this kind overlap today, and the editor would part them. Make a new kind "
              "of zones to draw, or load these from a file."),
            code="zones_overlap",
        )  # fmt: skip
    division = division_before(undo) if undo else division_to_come(kind)
    draft = ZoneDraft.objects.create(
        municipality=municipality,
        kind=kind,
        base=newest_edition(kind),
        made_at=now,
        changed_at=now,
        made_by=actor,
    )
    act = {"op": "undo", "edition": undo.pk} if undo else {}
    ZoneDraftStep.objects.create(draft=draft, number=0, act=act, zones=division.kept())
    return draft


def newest_edition(kind: ZoneKind) -> ZoneEdition | None:
    """The load or edit of a kind that was done last."""
    return ZoneEdition.objects.filter(kind=kind).order_by("-loaded_at", "-pk").first()


@transaction.atomic
def apply_step(
    *, draft: ZoneDraft, act: Act, now: dt.datetime, position: int | None = None
) -> ZoneDraftStep:
    """Do one act; what had been undone before can no longer be done again.

    Args:
        position: where the page stood that asks.

    Raises:
        DraftMovedOn: the draft stands elsewhere.
        ValidationError: `not_open`, `many_steps`, and whatever the act refuses, with its place.
    """
    draft = _locked(draft, State.DRAFT)
    if position is not None and position != draft.position:
        raise DraftMovedOn
    if draft.position >= MOST_STEPS:
        raise ValidationError(
            _("This draft has very many steps. Hand it in, and begin another one."),
            code="many_steps",
        )
    division, kept = perform(work_on(division_at(draft), draft.kind), act)
    draft.steps.filter(number__gt=draft.position).delete()
    step = ZoneDraftStep.objects.create(
        draft=draft, number=draft.position + 1, act=kept, zones=division.kept()
    )
    _stand_at(draft, step.number, now)
    return step


@transaction.atomic
def undo(*, draft: ZoneDraft, now: dt.datetime) -> ZoneDraft:
    """Go one step back; at the beginning nothing happens."""
    draft = _locked(draft, State.DRAFT)
    return _stand_at(draft, max(0, draft.position - 1), now)


@transaction.atomic
def redo(*, draft: ZoneDraft, now: dt.datetime) -> ZoneDraft:
    """Do again what was undone last; without any nothing happens."""
    draft = _locked(draft, State.DRAFT)
    last = draft.steps.order_by("-number").values_list("number", flat=True)[0]
    return _stand_at(draft, min(last, draft.position + 1), now)


@transaction.atomic
def hand_in(*, draft: ZoneDraft, note: str, actor: "User", now: dt.datetime) -> ZoneDraft:
    """Ask a second person to publish it.

    Raises:
        ValidationError: `not_open`, `nothing_new`, `unnamed`, `base_moved`.
    """
    draft = _locked(draft, State.DRAFT)
    _require_base(draft)
    division = division_at(draft)
    _require_names(division)
    if not is_changed(draft):
        raise ValidationError(
            _("Nothing is different from what is in force. Draw something first."),
            code="nothing_new",
        )
    draft.state, draft.note = State.WAITING, note
    draft.handed_in_by, draft.changed_at = actor, now
    draft.full_clean(exclude=["kind"])
    draft.save(update_fields=["state", "note", "handed_in_by", "changed_at"])
    return draft


@transaction.atomic
def give_back(*, draft: ZoneDraft, note: str, now: dt.datetime) -> ZoneDraft:
    """Let the drawing go on instead of publishing it; the note says what is to be mended."""
    draft = _locked(draft, State.WAITING)
    draft.state, draft.handed_in_by, draft.changed_at = State.DRAFT, None, now
    draft.note = note
    draft.full_clean(exclude=["kind"])
    draft.save(update_fields=["state", "handed_in_by", "note", "changed_at"])
    return draft


@transaction.atomic
def discard(*, draft: ZoneDraft, actor: "User", now: dt.datetime) -> ZoneDraft:
    """Throw a draft away; what is in force stays as it is."""
    draft = _locked(draft, State.DRAFT, State.WAITING)
    draft.state, draft.settled_by, draft.changed_at = State.DISCARDED, actor, now
    draft.save(update_fields=["state", "settled_by", "changed_at"])
    return draft


@transaction.atomic
def publish(*, draft: ZoneDraft, actor: "User", now: dt.datetime) -> EditionOutcome:
    """Make a draft what is in force from today on; a second person does it.

    Raises:
        ValidationError: `not_open`, `same_person`, `base_moved`, `unsound`.
    """
    lock(draft.municipality)
    draft = _locked(draft, State.WAITING)
    if draft.handed_in_by_id == actor.pk:
        raise ValidationError(
            _("You handed this in yourself. Somebody else has to look at it and publish it."),
            code="same_person",
        )
    _require_base(draft)
    town, kind, division = draft.municipality, draft.kind, division_at(draft)
    _require_names(division)
    findings = judge(division, town)
    day = civil_day(now, town.timezone)
    outcome = load_zones(
        municipality=town,
        new=NewEdition(
            kind=KindSpec(kind.code, kind.names, kind.is_partition),
            rows=division.rows(),
            source=_source(draft, day),
            valid_from=day,
            report={
                "features": len(division.coverage.areas),
                "zones": len(division.coverage.areas),
                "findings": [finding.as_json() for finding in findings],
            },
        ),
        now=now,
        loaded_by=actor,
    )
    draft.state, draft.settled_by, draft.changed_at = State.PUBLISHED, actor, now
    draft.valid_from, draft.edition, draft.next_attempt_at = day, outcome.edition, now
    draft.save(
        update_fields=[
            "state",
            "settled_by",
            "changed_at",
            "valid_from",
            "edition",
            "next_attempt_at",
        ]
    )
    _write_history(draft, outcome, actor, now)
    return outcome


def is_changed(draft: ZoneDraft) -> bool:
    """Whether the draft differs from what will be in force without it."""
    return bool(shown_step(draft).zones != division_to_come(draft.kind).kept())


def _source(draft: ZoneDraft, day: dt.date) -> Source:
    """Drawn here; what was drawn upon somebody's data stays under the licence of that data."""
    if draft.base is None:
        return Source(source=DRAWN, licence=OWN_DATA, dated_on=day)
    given = draft.base.dataset
    origin = given.source if given.source.startswith(DRAWN) else f"{DRAWN}, from: {given.source}"
    return Source(
        source=origin[:300],
        licence=given.licence,
        attribution=given.attribution,
        url=given.url,
        dated_on=day,
        is_synthetic=given.is_synthetic,
    )


def _write_history(
    draft: ZoneDraft, outcome: EditionOutcome, actor: "User", now: dt.datetime
) -> None:
    town, kind = draft.municipality, draft.kind
    first = ZoneDraftStep.objects.get(draft=draft, number=0)
    after = {**outcome.as_json(), "zones": len(shown_step(draft).zones), "note": draft.note}
    record_change(
        municipality=town,
        subject=Subject("zones", kind.code, with_code(kind.names, kind.code, town.languages)),
        before={"zones": len(first.zones)},
        after=_without_nothing(after),
        actor=actor,
        now=now,
        origin="zone editor",
    )


def _without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value or key == "zones"}


def _locked(draft: ZoneDraft, *states: ZoneDraft.State) -> ZoneDraft:
    """The row as it is now, locked; refused when it stands elsewhere."""
    now = (
        ZoneDraft.objects.select_for_update(of=("self",))
        .select_related("municipality", "kind")
        .get(pk=draft.pk)
    )
    if now.state not in states:
        raise ValidationError(
            _("This draft is %(state)s. Load the page again.") % {"state": now.get_state_display()},
            code="not_open",
        )
    return now


def _stand_at(draft: ZoneDraft, position: int, now: dt.datetime) -> ZoneDraft:
    draft.position, draft.changed_at = position, now
    draft.save(update_fields=["position", "changed_at"])
    return draft


def _require_base(draft: ZoneDraft) -> None:
    newest = newest_edition(draft.kind)
    if (newest.pk if newest else None) != draft.base_id:
        raise ValidationError(
            _("These zones were changed in another way meanwhile. Throw the draft away and begin "
              "again from what is in force now."),
            code="base_moved",
        )  # fmt: skip


def _require_names(division: Division) -> None:
    unnamed = [code for code in division.coverage.areas if not division.names.get(code)]
    if unnamed:
        raise ValidationError(
            _("These zones have no name yet: %(codes)s. Name them first."),
            code="unnamed",
            params={"codes": ", ".join(unnamed[:20])},
        )


def states_of(draft: ZoneDraft) -> tuple[Division, Division]:
    """What is in force, and what the draft makes of it."""
    outline = outline_of(draft.municipality)
    if draft.state == State.PUBLISHED:
        steps = ZoneDraftStep.objects.filter(draft=draft)
        first, last = (steps.get(number=number).zones for number in (0, draft.position))
        return division_of(first, outline), division_of(last, outline)
    return division_to_come(draft.kind), division_at(draft)
