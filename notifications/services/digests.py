"""The daily letter: everything a person was to hear that day in one letter, grouped by why."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notifications.labels import in_short, when_words
from notifications.models import Announcement, Mute, Notice, Preference
from notifications.paths import (
    StopLink,
    absolute,
    inbox_path,
    mute_path,
    news_path,
    preferences_path,
    stop_path,
)
from notifications.reasons import group_key, group_title, sentence
from notifications.services.preferences import wishes_of
from notifications.ways import Wishes, digest_is_due
from outbox.models import OutboxMessage
from outbox.services import NewMessage, enqueue_many
from zones.days import civil_day
from zones.models import Municipality
from zones.names import in_language

KIND = "daily"
#: People whose letters are written in one transaction.
SLICE = 200
_SHOWN = {"sending", "sent"}


@dataclass(frozen=True, slots=True)
class Item:
    """One notice as the letter tells it."""

    title: str
    text: str
    when: str
    reason: str
    url: str
    mute_url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was told for the same reason."""

    title: str
    items: tuple[Item, ...]


def send_digests(*, now: dt.datetime) -> int:
    """Write the daily letters whose hour has come; tell how many. A second call writes none again.

    Two workers at once write for different people: each locks the notices it takes.
    """
    return sum(_send_town(town, now) for town in Municipality.objects.order_by("pk"))


def _send_town(town: Municipality, now: dt.datetime) -> int:
    written, after = 0, 0
    while True:
        people = _waiting_people(town, now, after)
        if not people:
            return written
        written += _send_slice(town, people, now)
        after = people[-1]


def _waiting_people(town: Municipality, now: dt.datetime, after: int) -> list[int]:
    """The next people for whom something waits and whose hour has come, by their numbers."""
    hour = now.astimezone(ZoneInfo(town.timezone)).hour
    not_yet = Preference.objects.in_municipality(town).filter(digest_hour__gt=hour)
    waiting = Notice.objects.in_municipality(town).for_digest().filter(user__gt=after)
    if hour < Wishes().digest_hour:
        chose = Preference.objects.in_municipality(town).values("user")
        waiting = waiting.filter(user__in=chose)
    waiting = waiting.exclude(user__in=not_yet.values("user"))
    people = waiting.order_by("user").values_list("user", flat=True).distinct()
    return list(people[:SLICE])


@transaction.atomic
def _send_slice(town: Municipality, people: list[int], now: dt.datetime) -> int:
    day = civil_day(now, town.timezone)
    known = _letters_of(town, people, day)
    rows = list(
        Notice.objects.in_municipality(town)
        .for_digest()
        .filter(user__in=people)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("user", "told_at", "pk")
        .select_related("announcement__municipality", "user")
    )
    wishes = {
        row.user_id: wishes_of(row)
        for row in Preference.objects.in_municipality(town).filter(user__in=people)
    }
    muted = _Muted.of(people)
    letters, told, dropped = [], [], []
    for user_id, group in groupby(rows, key=lambda row: row.user_id):
        notices = list(group)
        wished = wishes.get(user_id, Wishes())
        user = notices[0].user
        if not (wished.by_email and user.email and user.is_active):
            dropped += notices
            continue
        if _key(town, user_id, day) in known or not digest_is_due(wished, now, town.timezone):
            continue
        kept = [row for row in notices if _is_wanted(row, wished, muted)]
        dropped += [row for row in notices if row not in kept]
        if kept:
            letters.append(_letter(town, user, kept, now))
            told += kept
    _note(told, now, Notice.Way.DIGEST)
    # Whoever changed the wishes since finds them on the own page.
    _note(dropped, now, Notice.Way.PAGE)
    return enqueue_many(letters) if letters else 0


@dataclass(frozen=True, slots=True)
class _Muted:
    """Things that people muted after the notice was written."""

    works: frozenset[tuple[int, int]]
    announcements: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, people: list[int]) -> "_Muted":
        rows = Mute.objects.filter(user__in=people).values_list("user", "works", "announcement")
        pairs = list(rows)
        return cls(
            frozenset((user, works) for user, works, _one in pairs if works),
            frozenset((user, one) for user, _works, one in pairs if one),
        )

    def covers(self, notice: Notice) -> bool:
        works = notice.announcement.works_id
        if works and (notice.user_id, works) in self.works:
            return True
        return (notice.user_id, notice.announcement_id) in self.announcements


def _is_wanted(notice: Notice, wishes: Wishes, muted: _Muted) -> bool:
    announcement = notice.announcement
    if announcement.state not in _SHOWN or announcement.topic in wishes.muted_topics:
        return False
    return not muted.covers(notice)


def _note(notices: Iterable[Notice], now: dt.datetime, way: Notice.Way) -> None:
    numbers = [notice.pk for notice in notices]
    if numbers:
        Notice.objects.filter(pk__in=numbers).update(digested_at=now, way=way)


def _key(town: Municipality, user_id: int, day: dt.date) -> str:
    return f"digest-{town.pk}-{user_id}-{day:%Y-%m-%d}"


def _letters_of(town: Municipality, people: list[int], day: dt.date) -> set[str]:
    keys = Q(key__in=[_key(town, user_id, day) for user_id in people])
    found = OutboxMessage.objects.filter(keys).values_list("key", flat=True)
    return {key for key in found if key}


def _letter(town: Municipality, user: User, notices: list[Notice], now: dt.datetime) -> NewMessage:
    """One letter in the reader's language."""
    language = user.language or town.languages[0]
    day = civil_day(now, town.timezone)
    stop = absolute(town.sign_origin, stop_path(town.slug, StopLink(town.pk, user.pk, "email")))
    with translation.override(language):
        groups = _groups(town, notices)
        count = len(notices)
        subject = _("%(town)s: %(news)s") % {
            "town": town.name,
            "news": ngettext("%(count)d piece of news", "%(count)d pieces of news", count)
            % {"count": count},
        }
        words = {
            "language": language,
            "town": town,
            "title": subject,
            "groups": groups,
            "inbox_url": absolute(town.sign_origin, inbox_path(town.slug)),
            "preferences_url": absolute(town.sign_origin, preferences_path(town.slug)),
            "stop_url": stop,
        }
        return NewMessage(
            recipient=user.email,
            subject=subject,
            body=_as_text(words),
            html=render_to_string("notifications/letters/digest.html", words),
            kind=KIND,
            now=now,
            language=language,
            sender=town.mail_sender,
            key=_key(town, user.pk, day),
            queue=town.slug,
            unsubscribe_url=stop,
        )


def _groups(town: Municipality, notices: list[Notice]) -> list[Group]:
    ordered = sorted(notices, key=lambda row: (group_key(row.reason), row.told_at, row.pk))
    return [
        Group(group_title(rows[0].reason), tuple(_item(town, row) for row in rows))
        for rows in (list(group) for _key, group in groupby(ordered, lambda r: group_key(r.reason)))
    ]


def _item(town: Municipality, notice: Notice) -> Item:
    announcement: Announcement = notice.announcement
    return Item(
        title=in_language(announcement.titles, town.languages),
        text=in_short(in_language(announcement.texts, town.languages), 300),
        when=when_words(announcement),
        reason=_("You get this %(because)s.") % {"because": sentence(notice.reason)},
        url=absolute(town.sign_origin, news_path(town.slug, announcement.pk)),
        mute_url=absolute(town.sign_origin, mute_path(town.slug, announcement.pk)),
    )


def _as_text(words: dict[str, object]) -> str:
    return render_to_string("notifications/letters/digest.txt", words).strip() + "\n"
