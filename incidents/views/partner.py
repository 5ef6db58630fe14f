"""Pages of bodies without an account: the signed link says which sending, or whose list.

Opening a link changes nothing, as scanners of mail servers open all. A link that was not signed
here, that is of another town, or whose sending has ended gets one and the same answer.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from departments.models import Department
from incidents.documents.day_sheet import SheetRow, sheet_pdf
from incidents.intake_forms import AcceptForm, DoneForm, RefuseForm
from incidents.models import Attachment, Leg, Reporter
from incidents.partner_links import Link, leg_path, read_leg_token, read_sheet_token
from incidents.services import legs
from incidents.services.recording import Actor
from incidents.views.gate import ReportsView
from submissions.models import Submission
from submissions.serving import picture_response
from zones.days import civil_day
from zones.forms import add_refusal


class PartnerView(ReportsView):
    """What all pages behind a signed link have in common."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Nothing stays in a browser, and the link is told to nobody."""
        answer = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(answer)
        # Not “no-referrer”: browsers then hide the origin of forms too, which are refused without.
        answer["Referrer-Policy"] = "strict-origin"
        answer["X-Robots-Tag"] = "noindex"
        return answer

    def leg(self) -> Leg:
        """The sending of the link, while it goes on."""
        link = read_leg_token(self.kwargs["token"])
        if link is None or link.municipality_id != self.municipality.pk:
            raise Http404
        rows = Leg.objects.waiting().filter(incident__municipality=self.municipality)
        rows = rows.select_related(
            "incident__category", "incident__municipality", "receiver", "sender"
        )
        return get_object_or_404(rows, pk=link.number)


class PartnerLegView(PartnerView):
    """One report: what and where, and the answer of the receiver."""

    def get(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """The report and the buttons."""
        leg = self.leg()
        return self._show(leg, self._forms(leg))

    def post(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """One of the three answers."""
        leg = self.leg()
        said = request.POST.get("say", "")
        if said not in ("accept", "refuse", "done"):
            raise Http404
        bound = self._forms(leg)
        form = bound[said] = self._bound(leg, said)
        if not form.is_valid():
            return self._show(leg, bound, said, status=400)
        try:
            after = self._store(leg, said, form.cleaned_data)
        except ValidationError as refused:
            add_refusal(form, refused)
            return self._show(leg, bound, said, status=400)
        if after.state == Leg.State.ACCEPTED:
            return self._show(after, self._forms(after), is_noted=True)
        context = {"leg": after, "incident": after.incident}
        return render(request, "incidents/partner/thanks.html", context)

    def _store(self, leg: Leg, said: str, values: dict[str, Any]) -> Leg:
        actor, now = Actor("partner", department=leg.receiver), timezone.now()
        verbs: dict[str, Callable[[], Leg]] = {
            "accept": lambda: legs.accept(
                leg=leg, promise=legs.Acceptance(**values), actor=actor, now=now
            ),
            "refuse": lambda: legs.refuse(leg=leg, **values, actor=actor, now=now),
            "done": lambda: legs.finish(leg=leg, **values, actor=actor, now=now),
        }
        return verbs[said]()

    def _forms(self, leg: Leg) -> dict[str, forms.Form]:
        start = {
            "done_by": leg.done_by,
            "register_number": leg.register_number,
            "registered_on": leg.registered_on,
        }
        return {
            "accept": AcceptForm(initial=start),
            "refuse": RefuseForm(leg_receiver=leg.receiver),
            "done": DoneForm(),
        }

    def _bound(self, leg: Leg, said: str) -> forms.Form:
        data = self.request.POST
        if said == "refuse":
            return RefuseForm(data, leg_receiver=leg.receiver)
        return AcceptForm(data) if said == "accept" else DoneForm(data)

    def _show(
        self,
        leg: Leg,
        shown: dict[str, forms.Form],
        said: str = "",
        *,
        is_noted: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        incident = leg.incident
        context = {
            "leg": leg,
            "incident": incident,
            "token": self.kwargs["token"],
            "forms": shown,
            "said": said,
            "is_noted": is_noted,
            "words": words_for(leg),
            "reporter": reporter_for(leg),
            "photos": photos_of(leg),
            "point": point_of(leg),
            "bbox": box_of(leg) or self.bbox,
        }
        return render(self.request, "incidents/partner/leg.html", context, status=status)


class PartnerPhotoView(PartnerView):
    """A picture of the report."""

    def get(self, request: HttpRequest, slug: str, token: str, pk: int) -> HttpResponseBase:
        """Only one of this report."""
        return picture_response(get_object_or_404(photos_of(self.leg()), pk=pk).submission)


class DaySheetView(PartnerView):
    """All that waits for one receiver; also as a PDF to print."""

    def get(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """The list."""
        link = read_sheet_token(token)
        if link is None or link.municipality_id != self.municipality.pk:
            raise Http404
        bodies = Department.objects.in_municipality(self.municipality).in_use()
        receiver = get_object_or_404(bodies, pk=link.number)
        waiting = Leg.objects.to(receiver).waiting().select_related("incident__category")
        rows = list(waiting.order_by("sent_at", "pk"))
        if request.GET.get("format") == "pdf":
            return self._pdf(receiver, rows)
        paths = [
            (leg, leg_path(slug, Link(self.municipality.pk, leg.pk)), self._day(leg))
            for leg in rows
        ]
        context = {"receiver": receiver, "rows": paths}
        return render(request, "incidents/partner/sheet.html", context)

    def _day(self, leg: Leg) -> Any:
        return civil_day(leg.sent_at, self.municipality.timezone)

    def _pdf(self, receiver: Department, rows: list[Leg]) -> HttpResponse:
        lines = [
            SheetRow(
                reference=leg.incident.reference,
                what=leg.incident.category.name if leg.incident.category else "",
                where=leg.incident.place_text,
                sent_on=self._day(leg),
                done_by=leg.done_by,
                register_number=leg.register_number,
            )
            for leg in rows
        ]
        content = sheet_pdf(
            town=self.municipality.name, receiver=receiver.name, day=self.today, rows=lines
        )
        answer = HttpResponse(content, content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="{self.today.isoformat()}.pdf"'
        return answer


def words_for(leg: Leg) -> str:
    """What was reported: as typed where the name goes along, else with personal details covered."""
    if leg.tells_identity:
        reporter = reporter_for(leg)
        return reporter.words if reporter else ""
    rows = Attachment.objects.filter(
        incident=leg.incident, role=Attachment.Role.DESCRIPTION
    ).select_related("submission")
    return "\n".join(
        one.submission.text for one in rows.exclude(submission__state=Submission.State.REFUSED)
    )


def reporter_for(leg: Leg) -> Reporter | None:
    """Who reported, where the sending tells it."""
    if not leg.tells_identity:
        return None
    return Reporter.objects.filter(incident=leg.incident, erased_at=None).first()


def photos_of(leg: Leg) -> Any:
    """Pictures of the report that nobody refused."""
    rows = Attachment.objects.filter(
        incident=leg.incident, submission__kind=Submission.Kind.PICTURE
    ).exclude(submission__state=Submission.State.REFUSED)
    return rows.exclude(submission__file="").select_related("submission").order_by("seq", "pk")


def point_of(leg: Leg) -> Any:
    """Where the mark on the map stands."""
    geometry = leg.incident.geometry
    return geometry.point_on_surface if geometry else None


def box_of(leg: Leg) -> tuple[float, float, float, float] | None:
    """The map around it."""
    if leg.incident.geometry is None:
        return None
    west, south, east, north = leg.incident.geometry.extent
    return west - AROUND, south - AROUND, east + AROUND, north + AROUND


AROUND = 0.004
"""Half the width of the map around a place, in degrees."""
