"""What somebody does with a notice, from the first word to withdrawing it, step by step."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import Announcement
from notifications.services.wording import AnnouncementText, check, clean, kept, refuse
from notifications.workflow import FROM, TO, Step, goes_out_at, needs_second_person
from outbox.models import OutboxMessage
from zones.days import civil_day
from zones.models import Address, Municipality
from zones.names import in_language
from zones.reach import Reach, estimate
from zones.services.history import Subject, record_change
from zones.services.target_areas import freeze

if TYPE_CHECKING:
    from accounts.models import User


class IllegalStepError(ValidationError):
    """A notice cannot go that way from where it stands: somebody was faster, or too late."""

    def __init__(self, state: str, step: Step) -> None:
        """Say where it stands."""
        standing = Announcement.State(state).label
        super().__init__(
            _("This cannot be done any more: the notice is “%(state)s”. Load the page again.")
            % {"state": standing},
            code="illegal_step",
        )
        self.state, self.step = state, step


@transaction.atomic
def write(
    *,
    municipality: Municipality,
    values: AnnouncementText,
    actor: "User",
    now: dt.datetime,
    announcement: Announcement | None = None,
) -> Announcement:
    """Keep what was written, as a draft that nobody outside sees.

    Raises:
        ValidationError: at the field: `required`, `too_long`, `unreadable`, `unknown`, `elsewhere`,
            `outside`, `backwards`; `illegal_step` for a notice that is no draft any more.
    """
    if announcement is None:
        announcement = Announcement(municipality=municipality, created_by=actor, created_at=now)
        before = None
    else:
        announcement = _locked(announcement)
        if announcement.state != Announcement.State.DRAFT:
            raise IllegalStepError(announcement.state, Step.HAND_IN)
        before = _values(announcement)
    check(municipality, values)
    for name in (
        "topic", "urgency", "target", "has_own_target", "geometry", "works", "starts_at",
        "ends_at", "wanted_at", "department", "corrects",
    ):  # fmt: skip
        setattr(announcement, name, getattr(values, name))
    announcement.titles = kept(values.titles)
    announcement.texts = kept(values.texts)
    announcement.place_words = kept(values.place_words)
    announcement.changed_at = now
    announcement.save()
    _record(announcement, before, actor, now)
    return announcement


@transaction.atomic
def hand_in(*, announcement: Announcement, actor: "User", now: dt.datetime) -> Announcement:
    """Freeze the area and send the notice on its way: to a second person, or out after the delay.

    Raises:
        ValidationError: `illegal_step`; `no_area` when the chosen area has no shape; `over` when
            its end lies behind us.
    """
    current = _locked(announcement)
    _demand(current, Step.HAND_IN)
    _refuse_over(current, now)
    if current.target is not None:
        if current.target.geometry is None:
            raise ValidationError(
                _("The chosen area is empty. Put it together first, or choose another."),
                code="no_area",
            )
        current.target = freeze(area=current.target, now=now)
    before = _values(current)
    reach = reach_of(current, now)
    current.reach = asdict(reach) if reach else {}
    current.handed_in_at, current.handed_in_by, current.approved_by = now, actor, None
    homes = homes_in(current, current.reach)
    if needs_second_person(homes, current.municipality.second_person_above):
        current.state, current.send_at = Announcement.State.WAITING, None
    else:
        _schedule(current, now)
    current.save()
    _record(current, before, actor, now)
    return current


@transaction.atomic
def approve(*, announcement: Announcement, actor: "User", now: dt.datetime) -> Announcement:
    """Let it out, as the second person.

    Raises:
        ValidationError: `illegal_step`, `over`; `same_person` for whoever handed it in.
    """
    current = _locked(announcement)
    _demand(current, Step.APPROVE)
    if current.handed_in_by_id == actor.pk:
        raise ValidationError(
            _("You handed this notice in. Somebody else has to look at it and approve it."),
            code="same_person",
        )
    _refuse_over(current, now)
    before = _values(current)
    current.approved_by = actor
    _schedule(current, now)
    current.save()
    _record(current, before, actor, now)
    return current


@transaction.atomic
def send_back(*, announcement: Announcement, actor: "User", now: dt.datetime) -> Announcement:
    """Make a draft again of what waits for a second person; either of the two may do so."""
    return _step(announcement, Step.SEND_BACK, actor, now)


@transaction.atomic
def stop(*, announcement: Announcement, actor: "User", now: dt.datetime) -> Announcement:
    """Keep a notice from going out, while it waits for its moment.

    Raises:
        ValidationError: `illegal_step` once the first message was written.
    """
    return _step(announcement, Step.STOP, actor, now)


@transaction.atomic
def resume(*, announcement: Announcement, actor: "User", now: dt.datetime) -> Announcement:
    """Make a draft again of a notice that was stopped; its area stays as it was used."""
    return _step(announcement, Step.RESUME, actor, now)


@transaction.atomic
def withdraw(
    *, announcement: Announcement, why: str, actor: "User", now: dt.datetime
) -> Announcement:
    """Take a notice back: no further message leaves, and its page says that it was withdrawn.

    Raises:
        ValidationError: `illegal_step`; `required`, `too_long` for the reason.
    """
    current = _locked(announcement)
    _demand(current, Step.WITHDRAW)
    said = clean(why)
    if not said:
        refuse("why", "required", _("Say in a few words why; it stands on the page."))
    if len(said) > 300:
        refuse("why", "too_long", _("Say it in at most 300 characters."))
    before = _values(current)
    current.state = TO[Step.WITHDRAW]
    current.withdrawn_at, current.withdrawn_why = now, said
    current.save()
    OutboxMessage.objects.waiting().filter(batch=batch_of(current)).update(
        state=OutboxMessage.State.DEAD, last_error=_("The notice was withdrawn.")
    )
    _record(current, before, actor, now)
    return current


def reach_of(announcement: Announcement, now: dt.datetime) -> Reach | None:
    """What is published about the area; None where the town has no outline to ask about."""
    town = announcement.municipality
    shape = announcement.target.geometry if announcement.target else town.outline
    if shape is None:
        return None
    return estimate(shape, town, civil_day(now, town.timezone))


def homes_in(announcement: Announcement, reach: Mapping[str, Any]) -> int | None:
    """Homes that decide whether two must look at it: by the public register, or as published.

    None where the town has no register, so nobody knows.
    """
    register = Address.objects.in_municipality(announcement.municipality)
    if announcement.target is not None:
        inside = register.filter(location__coveredby=announcement.target.geometry).count()
        if not inside and not register.exists():
            return None
        return max(inside, int(reach.get("homes") or 0))
    return register.count() or None


def batch_of(announcement: Announcement) -> str:
    """What the messages of one notice have in common in the outbox."""
    return f"notice-{announcement.pk}"


def _schedule(current: Announcement, now: dt.datetime) -> None:
    current.state = TO[Step.APPROVE]
    current.send_at = goes_out_at(
        now=now,
        wanted_at=current.wanted_at,
        delay_minutes=current.municipality.notice_delay_minutes,
        is_urgent=current.urgency == Announcement.Urgency.URGENT,
    )


def _step(announcement: Announcement, step: Step, actor: "User", now: dt.datetime) -> Announcement:
    current = _locked(announcement)
    _demand(current, step)
    before = _values(current)
    current.state, current.send_at = TO[step], None
    current.changed_at = now
    current.save()
    _record(current, before, actor, now)
    return current


def _locked(announcement: Announcement) -> Announcement:
    rows = Announcement.objects.select_for_update(of=("self",))
    return rows.select_related("municipality", "target", "works").get(pk=announcement.pk)


def _demand(current: Announcement, step: Step) -> None:
    if current.state not in FROM[step]:
        raise IllegalStepError(current.state, step)


def _refuse_over(current: Announcement, now: dt.datetime) -> None:
    if current.ends_at and current.ends_at <= now:
        raise ValidationError(
            _("Its end is over already. Give a later end, or none, and hand it in again."),
            code="over",
        )


def _record(
    current: Announcement, before: Mapping[str, Any] | None, actor: "User", now: dt.datetime
) -> None:
    town = current.municipality
    label = in_language(current.titles, town.languages, town.languages[0])
    record_change(
        municipality=town,
        subject=Subject("notice", str(current.pk), label),
        before=before,
        after=_values(current),
        actor=actor,
        now=now,
    )


def _values(current: Announcement) -> dict[str, Any]:
    """What was decided, as plain values for the history."""
    moments = ("starts_at", "ends_at", "wanted_at", "send_at")
    return {
        "state": str(current.state),
        "titles": dict(current.titles),
        "texts": dict(current.texts),
        "topic": str(current.topic),
        "urgency": str(current.urgency),
        "target": current.target.name if current.target else "",
        **{
            name: value.isoformat() if (value := getattr(current, name)) else "" for name in moments
        },
        "withdrawn_why": current.withdrawn_why,
    }
