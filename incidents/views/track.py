"""The reporter's own pages of one report: whoever holds the link is the reporter."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from incidents.incident_words import REPORTER_KINDS
from incidents.models import Attachment, Incident
from incidents.services.confirming import confirm_report, fits_code
from incidents.services.dialogue import reply
from incidents.services.drafts import MOST_PHOTOS, ORIGIN
from incidents.services.erasing import erase_reporter
from incidents.services.recording import Actor
from incidents.services.routing import settle_doubt
from incidents.track_paths import read_confirm, receipt_path, track_path
from incidents.views.gate import ReportsView
from incidents.views.report_limits import CODES, PICTURES, refused_until, too_many
from incidents.views.track_present import page_of, receipt_of
from incidents.workflow import Status
from submissions.pictures import PHOTO
from submissions.services import take_picture
from submissions.serving import picture_response

_TOKEN = re.compile(r"[a-z2-7]{26}")


class TrackPage(ReportsView, View):
    """Finds the report of a link; a wrong link looks like one that never was."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """No search engine, no cache and no other page learns of the link."""
        answer = super().dispatch(request, *args, **kwargs)
        return unseen(answer)

    @cached_property
    def incident(self) -> Incident:
        """One query, whatever the link looks like."""
        token = str(self.kwargs["token"]).lower()
        token = token if _TOKEN.fullmatch(token) else ""
        rows = Incident.objects.in_municipality(self.municipality).filter(tracking=token)
        found = rows.select_related("category", "department", "leader", "site", "works").first()
        if found is None:
            raise Http404
        found.municipality = self.municipality
        return found

    def own_path(self) -> str:
        """Path of the page."""
        return track_path(self.municipality.slug, self.incident.tracking)

    @property
    def actor(self) -> Actor:
        """The holder of the link, with the account if signed in with the one that reported."""
        return Actor("reporter")


class TrackView(TrackPage):
    """Time line, question and answer, term, photos."""

    def get(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """A fixed number of queries beside those of the sentences."""
        context = page_of(self.incident, REPORTER_KINDS)
        return render(request, "incidents/track.html", context)


class ReceiptView(TrackPage):
    """What somebody keeps after reporting; with the code of the letter where one was sent."""

    def get(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """The receipt."""
        return self._show()

    def post(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """Confirm by the code."""
        now = timezone.now()
        until = refused_until(request, "codes", CODES, now, key=self.incident.tracking)
        if until:
            return too_many(request, self.municipality, until, now)
        if not fits_code(self.incident, request.POST.get("code", "")[:20]):
            wrong = _("This code is not right. Look at the newest letter and type it again.")
            return self._show(wrong, 400)
        return confirmed(request, self.incident)

    def _show(self, error: str = "", status: int = 200) -> HttpResponse:
        context = receipt_of(self.incident) | {"error": error}
        return render(self.request, "incidents/receipt.html", context, status=status)


class ReplyView(TrackPage):
    """The reporter answers the department's question."""

    def post(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """Keep the words and the photos."""
        now = timezone.now()
        until = refused_until(request, "pictures", PICTURES, now)
        if until:
            return too_many(request, self.municipality, until, now)
        try:
            photos = self._photos()
            text = request.POST.get("text", "").replace("\x00", "").strip()
            text = text or (_("See the photos.") if photos else "")
            reply(incident=self.incident, text=text, actor=self.actor, now=now, photos=photos)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("Thank you. The department has your answer."))
        return redirect(self.own_path())

    def _photos(self) -> list[Attachment]:
        files = self.request.FILES.getlist("photos")[:MOST_PHOTOS]
        return [
            Attachment.objects.create(
                incident=self.incident,
                submission=take_picture(
                    raw=file.read(PHOTO.largest_bytes + 1), origin=ORIGIN, received_on=self.today
                ),
                role=Attachment.Role.REPLY,
                seq=self.incident.head_seq + 1,
            )
            for file in files
        ]


class SideView(TrackPage):
    """The one question where a report lies at a border: which of these is it?"""

    def post(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """Send it where the reporter says."""
        choice = request.POST.get("choice", "")
        number = int(choice) if choice.isdecimal() and len(choice) < 10 else 0
        try:
            settle_doubt(
                incident=self.incident, choice=number, actor=self.actor, now=timezone.now()
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("Thank you. The report is on its way."))
        return redirect(self.own_path())


class EraseView(TrackPage):
    """The reporter takes name and contact back."""

    def get(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """Say what goes and what stays, and ask."""
        return render(request, "incidents/track_erase.html", {"incident": self.incident})

    def post(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """Erase."""
        erase_reporter(incident=self.incident, actor=self.actor, now=timezone.now())
        messages.success(request, _("Your data is erased. You get no more letters about it."))
        return redirect(self.own_path())


class TrackPhotoView(TrackPage):
    """A photo of the report, for the holder of its link."""

    def get(self, request: HttpRequest, slug: str, token: str, pk: int) -> HttpResponseBase:
        """Photos that the reporter sent, and those of what was done once they are released."""
        shown = get_object_or_404(
            Attachment.objects.select_related("submission"),
            pk=pk,
            incident=self.incident,
            role__in=(Attachment.Role.PHOTO, Attachment.Role.REPLY, Attachment.Role.PROOF),
        )
        if shown.role == Attachment.Role.PROOF and shown.submission.state != "released":
            raise Http404
        return picture_response(shown.submission)


class ConfirmView(ReportsView, View):
    """The link of the letter: opening it changes nothing, as scanners of mail open all."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As for all links of letters."""
        return unseen(super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest, slug: str, signed: str) -> HttpResponse:
        """Ask."""
        incident = self._incident(signed)
        if incident.status != Status.NEW:
            return redirect(track_path(slug, incident.tracking))
        return render(request, "incidents/confirm.html", {"incident": incident})

    def post(self, request: HttpRequest, slug: str, signed: str) -> HttpResponse:
        """Confirm."""
        return confirmed(request, self._incident(signed))

    def _incident(self, signed: str) -> Incident:
        rows = Incident.objects.in_municipality(self.municipality)
        return get_object_or_404(rows, pk=read_confirm(signed))


def confirmed(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Confirm, and show the receipt or why not."""
    try:
        confirm_report(incident=incident, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(receipt_path(incident.municipality.slug, incident.tracking))


def unseen(answer: HttpResponseBase) -> HttpResponseBase:
    """Nothing on the way keeps, lists or passes the address on.

    Not “no-referrer”: browsers then hide the origin of forms too, and those would be refused.
    """
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "strict-origin"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
