"""What somebody wants to hear: by which way, when, and of what no more."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import Announcement, Mute, Notice, Preference
from notifications.topics import Topic
from notifications.ways import Wishes, is_quiet
from zones.models import Municipality


def wishes_of(preference: Preference | None) -> Wishes:
    """The choices of a row as the rule reads them; without a row those of whoever never chose."""
    if preference is None:
        return Wishes()
    return Wishes(
        by_email=preference.by_email,
        by_push=preference.by_push,
        by_sms=preference.by_sms,
        by_letter=preference.by_letter,
        is_daily=preference.is_daily,
        digest_hour=preference.digest_hour,
        quiet_from=preference.quiet_from,
        quiet_until=preference.quiet_until,
        muted_topics=frozenset(preference.muted_topics),
    )


@transaction.atomic
def save_preference(
    *, municipality: Municipality, user: User, wishes: Wishes, now: dt.datetime
) -> Preference:
    """Keep what a person chose for one town.

    Raises:
        ValidationError: `no_phone`, `no_email`, `quiet_half`, `digest_in_quiet`, `unknown_topic`.
    """
    _check(user, wishes)
    values = asdict(wishes) | {"muted_topics": sorted(wishes.muted_topics), "changed_at": now}
    if wishes.by_email:
        values["bounced_at"] = None
    preference, _is_new = Preference.objects.update_or_create(
        municipality=municipality, user=user, defaults=values
    )
    return preference


@transaction.atomic
def switch_email(
    *, municipality: Municipality, user: User, is_on: bool, now: dt.datetime
) -> Preference:
    """Stop or resume letters by e-mail; everything else stays as chosen. Doing it twice is fine."""
    preference, _is_new = Preference.objects.update_or_create(
        municipality=municipality, user=user, defaults={"by_email": is_on, "changed_at": now}
    )
    return preference


@transaction.atomic
def note_bounce(*, recipient: str, now: dt.datetime) -> int:
    """Switch letters off for an address that does not exist any more; tell in how many towns.

    Whoever never chose anything gets a row, so that nothing is sent there again.
    """
    user = User.objects.filter(email=recipient.strip().lower()).exclude(email="").first()
    if user is None:
        return 0
    for municipality in Municipality.objects.filter(residents__user=user).distinct():
        Preference.objects.get_or_create(
            municipality=municipality, user=user, defaults={"changed_at": now}
        )
    return Preference.objects.filter(user=user, by_email=True).update(
        by_email=False, bounced_at=now, changed_at=now
    )


@transaction.atomic
def mute(*, user: User, announcement: Announcement, now: dt.datetime) -> Mute:
    """Hear no more of one thing: of all notices of the same works, else of this notice.

    What waits for the daily letter about it no longer goes into one.
    """
    if announcement.works_id:
        thing = {"works_id": announcement.works_id, "announcement_id": None}
        same = Announcement.objects.filter(works=announcement.works_id)
    else:
        thing = {"works_id": None, "announcement_id": announcement.pk}
        same = Announcement.objects.filter(pk=announcement.pk)
    muted, _is_new = Mute.objects.get_or_create(user=user, **thing, defaults={"muted_at": now})
    Notice.objects.of(user).for_digest().filter(announcement__in=same).update(way=Notice.Way.PAGE)
    return muted


def unmute(*, mute: Mute) -> None:
    """Hear of a thing again, from its next notice on."""
    mute.delete()


def _check(user: User, wishes: Wishes) -> None:
    faults: dict[str, ValidationError] = {}
    if wishes.by_email and not user.email:
        faults["by_email"] = ValidationError(
            _("Your account has no e-mail address. Add one under “Account and security”."),
            code="no_email",
        )
    if wishes.by_sms and not user.phone:
        faults["by_sms"] = ValidationError(
            _("Your account has no mobile telephone, so no text message can reach you."),
            code="no_phone",
        )
    quiet = (wishes.quiet_from, wishes.quiet_until)
    if (quiet[0] is None) != (quiet[1] is None):
        faults["quiet_until"] = ValidationError(
            _("Give both the beginning and the end of the quiet hours, or leave both empty."),
            code="quiet_half",
        )
    elif wishes.is_daily and is_quiet(dt.time(wishes.digest_hour), *quiet):
        faults["digest_hour"] = ValidationError(
            _("The daily letter would come in your quiet hours. Choose another hour."),
            code="digest_in_quiet",
        )
    if _unknown(wishes.muted_topics):
        faults["muted_topics"] = ValidationError(
            _("Choose topics from the list."), code="unknown_topic"
        )
    if faults:
        raise ValidationError({field: [fault] for field, fault in faults.items()})


def _unknown(topics: Iterable[str]) -> set[str]:
    return set(topics) - set(Topic.values)
