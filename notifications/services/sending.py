"""Sends what is due, a slice of residents at a time: who is told, by which ways, and in words.

A slice is one transaction: the notices of its people, their messages, and how far the work has
come. Killed at any point it has happened whole or not at all, and the next call goes on from there;
keys of messages, and one notice for each person, keep a repeated slice from telling anybody twice.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.db import transaction

from notifications.members import Member, members
from notifications.models import Announcement, Notice
from notifications.paths import StopLink, absolute, stop_path
from notifications.services.announcements import batch_of
from notifications.services.letters import LetterWriter
from notifications.ways import Plan, Reachable, ways_for
from notifications.workflow import TO, Step
from outbox.models import OutboxMessage, PushAddress
from outbox.services import NewMessage, enqueue_many

#: People of one transaction. Finding them asks the whole area again, so slices are large ...
SLICE = 5_000
#: ... and their letters are written in parts, so that memory stays flat.
PART = 500
KIND = "notice"
URGENT_KIND = "alert"
Channel = OutboxMessage.Channel
State = Announcement.State


def send_due(*, now: dt.datetime) -> bool:
    """Take the next slice of every notice that is due, one after the other; tell if there was any.

    Each town gets its turn, however many people the notice of another still has to tell.
    """
    due = list(Announcement.objects.due(now).values_list("pk", flat=True))
    worked = [send_slice(pk, now=now) for pk in due]
    return any(worked)


@transaction.atomic
def send_slice(pk: int, *, now: dt.datetime) -> bool:
    """Tell the next people of one notice; tell if there was anything to do.

    What another worker has in hand, or somebody has just stopped, is passed over.
    """
    rows = Announcement.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    one = rows.select_related("municipality", "target", "works").filter(pk=pk).first()
    if one is None:
        return False
    if one.state == State.SCHEDULED:
        one.state, one.published_at = TO[Step.BEGIN], now
    told = members(announcement=one, after=one.cursor, limit=SLICE)
    if told:
        for first in range(0, len(told), PART):
            _tell(one, told[first : first + PART], now)
        one.cursor = told[-1].resident_pk
    else:
        one.state, one.finished_at = TO[Step.FINISH], now
    one.save(update_fields=["state", "published_at", "cursor", "finished_at"])
    return True


def _tell(one: Announcement, told: Sequence[Member], now: dt.datetime) -> None:
    planned = [(member, plan) for member in told if (plan := _plan(one, member, now)).ways]
    Notice.objects.bulk_create(
        [
            Notice(
                announcement=one,
                user_id=member.user_pk,
                way=plan.ways[0],
                reason=member.reason,
                told_at=now,
            )
            for member, plan in planned
        ],
        ignore_conflicts=True,
    )
    numbers = {number for member, _plan_ in planned for number in member.push_addresses}
    addresses = PushAddress.objects.in_bulk(numbers)
    writer = LetterWriter(one)
    enqueue_many(
        [
            message
            for member, plan in planned
            for message in _messages(writer, member, plan, addresses)
        ]
    )


def _plan(one: Announcement, member: Member, now: dt.datetime) -> Plan:
    reachable = Reachable(
        email=bool(member.email),
        push=bool(member.push_addresses),
        phone=bool(member.phone),
        letter=member.residence_pk is not None,
    )
    return ways_for(
        member.wishes,
        reachable,
        urgency=one.urgency,
        topic=one.topic,
        now=now,
        timezone=one.municipality.timezone,
    )


def _messages(
    writer: LetterWriter, member: Member, plan: Plan, addresses: dict[int, PushAddress]
) -> Iterator[NewMessage]:
    one, town = writer.announcement, writer.announcement.municipality
    is_urgent = one.urgency == Announcement.Urgency.URGENT
    shared = NewMessage(
        kind=URGENT_KIND if is_urgent else KIND,
        now=plan.not_before,
        queue=town.slug,
        batch=batch_of(one),
        language=writer.spoken(member.language),
    )
    key = f"notice-{one.pk}-{member.user_pk}"
    if Notice.Way.EMAIL in plan.ways:
        stop = StopLink(town.pk, member.user_pk, Notice.Way.EMAIL)
        stop_url = absolute(town.sign_origin, stop_path(town.slug, stop))
        letter = writer.letter(member.language, member.reason, stop_url)
        yield replace(
            shared,
            channel=Channel.EMAIL,
            recipient=member.email,
            subject=letter.subject,
            body=letter.body,
            html=letter.html,
            unsubscribe_url=stop_url,
            sender=town.mail_sender,
            key=f"{key}-email",
        )
    if Notice.Way.PUSH in plan.ways:
        short = writer.short(member.language)
        for number in member.push_addresses:
            # One that ended since it was read is no address any more.
            if number in addresses:
                yield replace(
                    shared,
                    channel=Channel.PUSH,
                    address=addresses[number],
                    subject=short.title,
                    body=short.body,
                    link=writer.link,
                    key=f"{key}-push-{number}",
                )
    if Notice.Way.SMS in plan.ways:
        yield replace(
            shared,
            channel=Channel.SMS,
            recipient=member.phone,
            body=writer.text_message(member.language),
            key=f"{key}-sms",
        )
