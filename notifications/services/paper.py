"""A notice on paper: posters for the entrances of its area, and letters for those who chose them.

Posters go by the register of addresses, which is public. Letters name people: only the desk prints
them, and each one is recorded as a look at an address.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notifications.documents.letters import PostedLetter, letters_pdf
from notifications.documents.posters import Poster, posters_pdf
from notifications.labels import meeting_place, when_words
from notifications.models import Announcement, Notice, PaperRun
from notifications.paths import absolute, news_path
from notifications.reasons import sentence
from notifications.walking import Door, in_walking_order
from residents.models import Residence, Resident, Reveal
from residents.services.desk import reveal
from zones.days import civil_day
from zones.labels import address_label
from zones.models import Address, Municipality, TargetArea
from zones.names import in_language

if TYPE_CHECKING:
    from accounts.models import User

#: More pages than this are drawn in the background.
AT_ONCE = 200
MOST_POSTERS = 5000
LETTERS_IN_A_PILE = 200
# A worker that died gives its run back after this time.
LEASE = dt.timedelta(minutes=6)
State = PaperRun.State


def doors_of(announcement: Announcement) -> list[Door]:
    """Every entrance of the area in walking order, by the public register.

    Raises:
        ValidationError: `too_many`.
    """
    return doors_within(announcement.municipality, announcement.target)


def doors_within(town: Municipality, area: TargetArea | None) -> list[Door]:
    """Every entrance of an area, or of the whole town, in walking order.

    Raises:
        ValidationError: `too_many`.
    """
    rows = Address.objects.in_municipality(town)
    if area is not None:
        rows = rows.filter(location__coveredby=area.geometry)
    if rows.count() > MOST_POSTERS:
        raise ValidationError(
            _("The area has more than %(most)d entrances. Choose a smaller one for posters.")
            % {"most": MOST_POSTERS},
            code="too_many",
        )
    found: dict[str, Door] = {}
    for row in rows.select_related("street", "municipality").order_by("pk"):
        label = address_label(row, with_locality=True)
        found.setdefault(label, _door(row, label))
    return in_walking_order(found.values())


def poster_of(announcement: Announcement, *, language: str, origin: str) -> Poster:
    """What stands on every poster, in one language of the town."""
    town = announcement.municipality
    with translation.override(language):
        return Poster(
            town=in_language(town.names, town.languages),
            title=in_language(announcement.titles, town.languages),
            when=when_words(announcement),
            place=meeting_place(announcement),
            text=" ".join(in_language(announcement.texts, town.languages).split()),
            link=absolute(origin, news_path(town.slug, announcement.pk)),
            language=language,
        )


@transaction.atomic
def order_posters(
    *, announcement: Announcement, language: str, origin: str, actor: "User", now: dt.datetime
) -> PaperRun:
    """Write down that posters are to be drawn; the worker begins within seconds.

    Raises:
        ValidationError: `too_many`, `nothing`.
    """
    total = len(doors_of(announcement))
    if not total:
        raise ValidationError(
            _("The register knows no address in the area, so there is no entrance for a poster."),
            code="nothing",
        )
    return PaperRun.objects.create(
        announcement=announcement,
        language=language,
        host=origin,
        ordered_by=actor,
        ordered_at=now,
        next_attempt_at=now,
        total=total,
    )


@transaction.atomic
def claim_run(*, now: dt.datetime) -> PaperRun | None:
    """Take the run that has waited longest, for a while."""
    run = PaperRun.objects.due(now).select_for_update(skip_locked=True).first()
    if run is not None:
        run.state, run.next_attempt_at = State.RUNNING, now + LEASE
        run.save(update_fields=["state", "next_attempt_at"])
    return run


def make_posters(*, run: PaperRun, now: dt.datetime) -> PaperRun:
    """Draw them and keep the file."""

    def report(pages: int) -> None:
        PaperRun.objects.filter(pk=run.pk).update(done=pages)

    poster = poster_of(run.announcement, language=run.language, origin=run.host)
    with translation.override(run.language):
        doors = doors_of(run.announcement)
        content = posters_pdf(poster, [door.label for door in doors], report=report)
    with transaction.atomic():
        run.file.save(f"{secrets.token_hex(16)}.pdf", ContentFile(content), save=False)
        run.state, run.done, run.finished_at = State.DONE, len(doors), now
        run.save(update_fields=["file", "state", "done", "finished_at"])
    return run


def piles_of(announcement: Announcement) -> int:
    """How many piles of letters there are to print; for the desk alone."""
    return -(-_by_letter(announcement).count() // LETTERS_IN_A_PILE)


@transaction.atomic
def letters_of(
    *, announcement: Announcement, pile: int, origin: str, actor: "User", now: dt.datetime
) -> bytes:
    """One pile of letters with names and addresses; each look is recorded.

    Raises:
        ValidationError: `nothing` where the pile is empty.
    """
    start = (pile - 1) * LETTERS_IN_A_PILE
    rows = _by_letter(announcement).select_related("user").order_by("pk")
    notices = list(rows[start : start + LETTERS_IN_A_PILE])
    town = announcement.municipality
    residents = Resident.objects.in_municipality(town).filter(
        user__in=[notice.user_id for notice in notices]
    )
    homes = {
        home.resident.user_id: home
        for home in Residence.objects.counted(civil_day(now, town.timezone))
        .filter(resident__in=residents)
        .select_related("resident", "address__street", "address__municipality")
    }
    letters = [
        _letter(notice, homes[notice.user_id], origin, now)
        for notice in notices
        if notice.user_id in homes
    ]
    if not letters:
        raise ValidationError(_("There is no letter to print."), code="nothing")
    seen = [home.resident for home in homes.values()]
    reveal(residents=seen, reason=Reveal.Reason.LETTER, actor=actor, now=now)
    return letters_pdf(letters, in_language(announcement.titles, town.languages))


def _by_letter(announcement: Announcement) -> models.QuerySet[Notice]:
    return Notice.objects.filter(announcement=announcement, way=Notice.Way.LETTER)


def _letter(notice: Notice, home: Residence, origin: str, now: dt.datetime) -> PostedLetter:
    one, town = notice.announcement, notice.announcement.municipality
    language = notice.user.language or town.languages[0]
    with translation.override(language):
        return PostedLetter(
            town=in_language(town.names, town.languages),
            arms=bytes(town.arms) if town.arms else None,
            language=language,
            name=notice.user.full_name,
            address=_address_lines(home),
            day=date_format(civil_day(now, town.timezone), "DATE_FORMAT"),
            title=in_language(one.titles, town.languages),
            when=" · ".join(filter(None, (when_words(one), meeting_place(one)))),
            text=" ".join(in_language(one.texts, town.languages).split()),
            reason=_("You get this %(because)s.") % {"because": sentence(notice.reason)},
            link=absolute(origin, news_path(town.slug, one.pk)),
        )


def _address_lines(home: Residence) -> Sequence[str]:
    flat = _("flat %(unit)s") % {"unit": home.unit} if home.unit else ""
    if home.address is None:
        return [home.written, flat]
    town = " ".join(filter(None, (home.address.postal_code, home.address.locality)))
    return [", ".join(filter(None, (address_label(home.address), flat))), town]


def _door(row: Address, label: str) -> Door:
    street = in_language(row.street.names) if row.street else row.thoroughfare
    return Door(
        label=label,
        street=f"{street} {row.locality}".strip(),
        number=row.address_number,
        block=row.block,
        entrance=row.entrance,
        longitude=row.location.x,
        latitude=row.location.y,
    )
