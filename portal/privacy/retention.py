"""Ends what was kept long enough; the times are those that the record of activities promises."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Erasure, User
from consultations.services.erasing import end_rolls, end_surveys
from incidents.models import Incident, MailDraft
from incidents.services.erasing import erase_reporter
from incidents.services.recording import SYSTEM
from incidents.workflow import ENDED, Status
from notifications.models import Notice
from outbox.models import PushAddress
from outbox.services import enqueue_mail
from portal.privacy.erasing import erase
from residents.models import AddressLetter, Residence, Resident
from zones.models import Correction

UNFINISHED = dt.timedelta(days=7)
FORMER_RESIDENCE = dt.timedelta(days=365)
LETTER_AFTER_ITS_END = dt.timedelta(days=60)  # thirty days valid before
NOTICE = dt.timedelta(days=2 * 365)
DEAD_PUSH = dt.timedelta(days=30)
SETTLED_REMARK = dt.timedelta(days=365)
ERASURE_PROOF = dt.timedelta(days=3 * 365)
REPORTER_AFTER_ITS_END = dt.timedelta(days=2 * 365)
UNCONFIRMED_REPORT = dt.timedelta(days=7)
ROLL_AFTER_ITS_VOTE = dt.timedelta(days=2 * 365)
ANSWERED_SURVEY = dt.timedelta(days=365)
LETTER_IN = dt.timedelta(days=365)
IDLE_WARNING = dt.timedelta(days=24 * 365 // 12)
IDLE_END = dt.timedelta(days=27 * 365 // 12)


def keep_no_longer(*, now: dt.datetime) -> dict[str, int]:
    """Delete everything whose time is over; how many rows by rule. Linear in what is deleted."""
    done = {name: rule(now) for name, rule in RULES.items()}
    call_command("clearsessions", verbosity=0)
    return done


def _unfinished(now: dt.datetime) -> int:
    left = Resident.objects.filter(finished_at__isnull=True, registered_at__lt=now - UNFINISHED)
    return left.delete()[0]


def _former_residences(now: dt.datetime) -> int:
    day = (now - FORMER_RESIDENCE).date()
    return Residence.objects.filter(valid_until__lt=day).delete()[0]


def _letters(now: dt.datetime) -> int:
    day = (now - LETTER_AFTER_ITS_END).date()
    return AddressLetter.objects.filter(expires_on__lt=day).delete()[0]


def _notices(now: dt.datetime) -> int:
    return Notice.objects.filter(told_at__lt=now - NOTICE).delete()[0]


def _dead_push(now: dt.datetime) -> int:
    return PushAddress.objects.filter(gone_at__lt=now - DEAD_PUSH).delete()[0]


def _remarks(now: dt.datetime) -> int:
    settled = Correction.objects.exclude(state="open")
    return settled.filter(handled_at__lt=now - SETTLED_REMARK).delete()[0]


def _erasure_proofs(now: dt.datetime) -> int:
    return Erasure.objects.filter(
        Q(done_at__lt=now - ERASURE_PROOF) | Q(cancelled_at__lt=now - ERASURE_PROOF)
    ).delete()[0]


def _reporters(now: dt.datetime) -> int:
    """Who reported, two years after the end; at once who never confirmed the own address."""
    over = Q(answered_at__lt=now - REPORTER_AFTER_ITS_END)
    over |= Q(closed_at__lt=now - REPORTER_AFTER_ITS_END)
    ended = over & Q(status__in=ENDED)
    never = Q(status=Status.NEW, reported_at__lt=now - UNCONFIRMED_REPORT)
    rows = Incident.objects.filter(ended | never, reporter__erased_at=None).order_by("pk")
    for incident in rows:
        erase_reporter(incident=incident, actor=SYSTEM, now=now)
    return len(rows)


def _letters_in(now: dt.datetime) -> int:
    worked_off = MailDraft.objects.exclude(state=MailDraft.State.WAITING)
    return worked_off.filter(received_at__lt=now - LETTER_IN).delete()[0]


def _rolls(now: dt.datetime) -> int:
    return end_rolls(voted_before=now - ROLL_AFTER_ITS_VOTE)


def _surveys(now: dt.datetime) -> int:
    return end_surveys(ended_before=now - ANSWERED_SURVEY)


def _idle_accounts(now: dt.datetime) -> int:
    """Warn, and erase three months later; staff and people without an address are left alone."""
    unused = idle_since(now - IDLE_WARNING)
    for user in unused.filter(Q(warned_at__isnull=True) | Q(warned_at__lt=F("seen_at"))):
        _warn(user, now)
    warned = now - (IDLE_END - IDLE_WARNING)
    over = idle_since(now - IDLE_END).filter(warned_at__gte=F("seen_at"), warned_at__lte=warned)
    ended = 0
    for user in over:
        erase(user=user, now=now)
        ended += 1
    return ended


def idle_since(moment: dt.datetime) -> QuerySet[Any]:
    """Accounts of people without an office who last signed in before a moment."""
    return (
        User.objects.filter(memberships__isnull=True, is_active=True)
        .exclude(email="")
        .annotate(seen_at=Coalesce("last_login", "created_at"))
        .filter(seen_at__lt=moment)
        .order_by("pk")
    )


@transaction.atomic
def _warn(user: User, now: dt.datetime) -> None:
    User.objects.filter(pk=user.pk).update(warned_at=now)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        day = date_format((now + (IDLE_END - IDLE_WARNING)).date())
        enqueue_mail(
            recipient=user.email,
            subject=_("Do you still need your account?"),
            body=_(
                "You have not signed in for two years. If you do not sign in by %(day)s, we erase "
                "your account with everything in it."
            )
            % {"day": day},
            language=user.language,
            kind="idle",
            now=now,
        )


RULES: Mapping[str, Callable[[dt.datetime], int]] = {
    "unfinished": _unfinished,
    "former_residences": _former_residences,
    "letters": _letters,
    "notices": _notices,
    "dead_push": _dead_push,
    "remarks": _remarks,
    "reporters": _reporters,
    "letters_in": _letters_in,
    "rolls": _rolls,
    "surveys": _surveys,
    "erasure_proofs": _erasure_proofs,
    "idle_accounts": _idle_accounts,
}
