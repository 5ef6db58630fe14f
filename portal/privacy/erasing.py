"""Erasing an account: asked for, waited for, carried out, and carried out again after a restore."""

import datetime as dt
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Erasure, User
from accounts.services import deactivate
from consultations.services.erasing import forget_voices, keep_on_rolls
from departments.models import Membership
from incidents.models import Follower, Incident
from incidents.services.erasing import erase_reporter
from incidents.services.recording import Actor
from outbox.services import enqueue_mail
from portal.privacy.holding import rows_about
from portal.privacy.inventory import DELETE, inventory
from residents.models import Resident
from zones.days import civil_day

logger = structlog.get_logger(__name__)

#: Time in which the owner of an account notices that somebody else asked.
COOLING_OFF = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done with one account: deleted, or emptied because official acts name it."""

    number: int
    is_gone: bool


@transaction.atomic
def ask_erasure(*, user: User, now: dt.datetime, page: str) -> Erasure:
    """Note that a person wants to be erased; it happens after seven days, unless taken back.

    A letter says so, in case somebody else asked on an open computer.

    Args:
        page: address of the page where it can be taken back.

    Raises:
        ValidationError: `in_office` while the person works for a town.
    """
    _refuse_in_office(user)
    wish, is_new = Erasure.objects.get_or_create(
        user_number=user.pk,
        done_at__isnull=True,
        cancelled_at__isnull=True,
        defaults={"user": user, "asked_at": now, "due_at": now + COOLING_OFF},
    )
    if is_new and user.email:
        enqueue_mail(
            recipient=user.email,
            subject=_("Your account will be erased"),
            body=_("Your account is erased on %(day)s. If it was not you who asked, go to %(page)s")
            % {"day": date_format(wish.due_at.date()), "page": page},
            language=user.language,
            kind="security",
            key=f"erasure-{wish.pk}",
            now=now,
        )
    return wish


@transaction.atomic
def take_back(*, user: User, now: dt.datetime) -> bool:
    """Forget the wish; whether there was one."""
    return bool(open_wishes().filter(user_number=user.pk).update(cancelled_at=now))


def open_wishes() -> QuerySet[Erasure]:
    """Wishes neither carried out nor taken back."""
    return Erasure.objects.filter(done_at__isnull=True, cancelled_at__isnull=True)


def erase_due(*, now: dt.datetime) -> int:
    """Carry out every wish whose seven days are over; one transaction each."""
    done = 0
    for wish in open_wishes().filter(due_at__lte=now).order_by("pk"):
        user = User.objects.filter(pk=wish.user_number).first()
        if user is not None and _is_in_office(user):
            continue
        with transaction.atomic():
            if user is not None:
                erase(user=user, now=now)
            Erasure.objects.filter(pk=wish.pk).update(done_at=now)
        done += 1
    return done


@transaction.atomic
def erase(*, user: User, now: dt.datetime) -> Erased:
    """Delete what the inventory says is deleted; the account itself too where no act names it.

    An account whose name stands under official acts keeps its number and nothing else. The erasure
    is written into a file beside the database, so that a restored backup can be brought up to it.

    Raises:
        ValidationError: `in_office` while the person works for a town.
    """
    _refuse_in_office(user)
    number = user.pk
    _remember(user, now)
    for session in _sessions_of(user):
        session.delete()
    _forget_reports(user, now)
    forget_voices(user)
    kept = keep_on_rolls(user)
    tables = [table for table in inventory().values() if table.erasure == DELETE]
    # What is found by way of other rows goes before them.
    for table in sorted(tables, key=lambda one: -one.subject.count("__")):
        if table.subject != "self":
            rows = rows_about(table, user)
            (rows.exclude(pk__in=kept) if table.model is Resident else rows).delete()
    is_gone = _delete_account(user)
    logger.info("An account was erased.", code="deleted" if is_gone else "emptied")
    return Erased(number, is_gone)


def replay_erasures(*, now: dt.datetime) -> int:
    """Erase again whom a restored backup brought back; how many.

    Whoever worked for a town at the moment that came back waits until the role is ended again.
    """
    done = 0
    for number, created in _remembered():
        user = User.objects.filter(pk=number, created_at=created).first()
        if user is None or not user.is_active:
            continue
        if _is_in_office(user):
            logger.warning("An account to be erased again holds a role.", code="in_office")
            continue
        erase(user=user, now=now)
        done += 1
    return done


def _refuse_in_office(user: User) -> None:
    if _is_in_office(user):
        raise ValidationError(
            _(
                "This account works for the town. End its roles first, then it can be erased. "
                "To leave as a resident only, use “My page”."
            ),
            code="in_office",
        )


def _is_in_office(user: User) -> bool:
    held = Membership.objects.filter(user=user).select_related("municipality")
    now = timezone.now()
    return any(
        one.valid_until is None or one.valid_until > civil_day(now, one.municipality.timezone)
        for one in held
    )


def _forget_reports(user: User, now: dt.datetime) -> None:
    """The reports stay as those of nobody; what only an e-mail address ties to the person too."""
    mine = Q(reporter__user=user)
    if user.email:
        mine |= Q(reporter__email__iexact=user.email)
        Follower.objects.filter(email__iexact=user.email).delete()
    for incident in Incident.objects.filter(mine).order_by("pk"):
        erase_reporter(incident=incident, actor=Actor("reporter"), now=now)


def _delete_account(user: User) -> bool:
    try:
        with transaction.atomic():
            user.delete()
    except ProtectedError:
        user.email = user.full_name = user.phone = user.language = ""
        user.set_unusable_password()
        user.last_login = None
        user.save()
        deactivate(user=user)
        return False
    return True


def _sessions_of(user: User) -> Iterator[Session]:
    """Visits of a person; the store has no index by person, so all are read."""
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield session


def _file() -> Path:
    return Path(settings.VAR_DIR) / "erasures.jsonl"


def _remember(user: User, now: dt.datetime) -> None:
    line = json.dumps(
        {"number": user.pk, "created": user.created_at.isoformat(), "erased": now.isoformat()}
    )
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _remembered() -> Iterator[tuple[int, dt.datetime]]:
    path = _file()
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            said = json.loads(line)
            yield int(said["number"]), dt.datetime.fromisoformat(said["created"])
