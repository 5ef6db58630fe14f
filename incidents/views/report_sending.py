"""What happens to a filled-in report: likely duplicates, following one, or sending it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Category, Incident
from incidents.services.beyond import point_on
from incidents.services.drafts import release_from_draft
from incidents.services.duplicates import Asked, Likely, likely_duplicates
from incidents.services.following import Follow, follow
from incidents.services.known import Known, known_here
from incidents.services.recording import Actor
from incidents.services.reported_place import Found
from incidents.services.reporting import NewReport, NewReporter, submit_report
from incidents.views.report_limits import REPORTS, refused_until, too_many
from submissions.models import Submission
from zones.locating import locate
from zones.models import Municipality

if TYPE_CHECKING:
    from incidents.views.report import ReportPage


@dataclass(frozen=True, slots=True)
class Ready:
    """A form that can be sent."""

    values: Mapping[str, Any]
    answers: Mapping[str, Any]
    place: Found
    user: User | None

    @property
    def category(self) -> Category:
        """The kind of fault."""
        found: Category = self.values["category"]
        return found

    @property
    def words(self) -> str:
        """The words, with those that say the place where no point is known."""
        said = str(self.values["words"]).strip()
        return f"{self.place.words}\n{said}".strip() if self.place.words else said

    def says_anything(self, has_photos: bool) -> bool:
        """A kind that is clear by itself needs a place; others words or a photo."""
        return bool(
            self.words or has_photos or self.answers or self.place.geometry or self.place.site
        )

    def reporter(self, language: str) -> NewReporter:
        """Who reports; an address that was only typed waits for its letter."""
        if self.user is not None and self.values.get("is_named"):
            return NewReporter(user=self.user, email=self.user.email, language=language)
        email = str(self.values.get("email") or "").lower()
        return NewReporter(
            name=str(self.values.get("name") or "") if email else "",
            email=email,
            language=language,
            is_confirmed=not email,
        )


@dataclass(frozen=True, slots=True)
class Same:
    """What is known at this place already."""

    likely: Sequence[Likely] = ()
    known: Known = field(default_factory=Known)

    @property
    def is_any(self) -> bool:
        """Whether there is anything to tell before sending."""
        return bool(self.likely or self.known.is_any)


def same_here(municipality: Municipality, ready: Ready, now: dt.datetime) -> Same:
    """Reports that may be about the same, and what is known here and was not told yet."""
    geometry = ready.place.geometry
    street: int | None = None
    if geometry is not None:
        located = locate(municipality=municipality, point=point_on(geometry))
        street = located.street.street_id if located.street else None
    asked = Asked(ready.category, geometry, ready.place.site, street, ready.words)
    known = known_here(
        municipality=municipality, category=ready.category, place=ready.place, now=now
    )
    told = frozenset(str(ready.values.get("told") or "").split())
    likely = likely_duplicates(municipality=municipality, asked=asked, now=now)
    return Same(likely, known.without(told))


def follow_instead(
    page: "ReportPage", ready: Ready, same: Same, uid: str, now: dt.datetime
) -> HttpResponse:
    """“Me too”: only reports that were just shown can be followed by it."""
    chosen = next((one.incident for one in same.likely if str(one.incident.uid) == uid), None)
    if chosen is None:
        raise ValidationError(_("This report is no longer open. Send yours."), code="gone")
    until = refused_until(page.request, "reports", REPORTS, now)
    if until:
        return too_many(page.request, page.municipality, until, now)
    told = ready.reporter(page.language)
    who = Follow(user=told.user, email=told.email, language=told.language)
    leader = follow(incident=chosen, who=who, now=now)
    context = {"incident": leader, "who": who}
    return render(page.request, "incidents/report_joined.html", context)


def sent_before(municipality: Municipality, once: str) -> Incident | None:
    """The report that this very form made already, however often it is sent."""
    uid = _uid_of(municipality, once)
    rows = Incident.objects.in_municipality(municipality)
    return rows.filter(uid=uid).first() if uid else None


def _uid_of(municipality: Municipality, once: str) -> UUID | None:
    """The number that belongs to a form: the database takes one report with it and no second."""
    if not once:
        return None
    mac = salted_hmac("incidents.once", f"{municipality.pk} {once}", algorithm="sha256")
    return UUID(bytes=mac.digest()[:16], version=4)


@transaction.atomic
def send(
    page: "ReportPage", ready: Ready, photos: Sequence[Submission], now: dt.datetime
) -> Incident | HttpResponse:
    """Make the report, unless this network has sent too many.

    Raises:
        ValidationError: what the service refuses.
    """
    until = refused_until(page.request, "reports", REPORTS, now)
    if until:
        return too_many(page.request, page.municipality, until, now)
    release_from_draft(photos)
    site = ready.place.site
    report = NewReport(
        category=ready.category,
        geometry=ready.place.geometry,
        words=ready.words,
        source=Incident.Source.SIGN if site else Incident.Source.WEB,
        accuracy_m=ready.place.accuracy_m,
        site=site,
        reporter=ready.reporter(page.language),
        answers=ready.answers,
        photos=photos,
        uid=_uid_of(page.municipality, str(ready.values.get("once") or "")),
    )
    actor = Actor("reporter", user=report.reporter.user)
    return submit_report(municipality=page.municipality, report=report, actor=actor, now=now)
