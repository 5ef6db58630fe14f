"""What everybody sees of reports: list, map layer, files, one report, its pictures."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from geo.metres import box_around
from incidents.incident_words import PUBLIC_KINDS, STATUS_ICONS, STATUS_TONES
from incidents.models import Attachment, Category, Incident
from incidents.present.public import COLUMNS, PublicReport, plain, public_marks, public_reports
from incidents.querysets import IncidentQuerySet
from incidents.selection import STATUSES, Choice, choice_of, chosen
from incidents.services.following import LONGEST_EMAIL, Follow, follow
from incidents.services.timelines import timeline
from incidents.views.gate import ReportsView
from incidents.views.report_limits import REPORTS, refused_until, too_many
from submissions.serving import picture_response
from zones.exports import csv_file, geojson_file
from zones.models import Zone
from zones.views import ExportedView

#: Points of the map layer; whoever wants more asks for a smaller box, or takes the file.
MOST_POINTS = 2000
#: How much of the town the map of one report shows.
AROUND_M = 400
#: The town's own register is its own; what leads to a report that is not public stays out.
KINDS = PUBLIC_KINDS - {"registered", "merged", "unmerged"}


class PublicPage(ReportsView):
    """What list, layer and files share: the choice and its rows."""

    @cached_property
    def choice(self) -> Choice:
        """As the address names it; what nobody could have clicked is not found."""
        return choice_of(self.request.GET, self.municipality)

    def rows(self) -> IncidentQuerySet:
        """Public reports of the choice, with what is shown of them."""
        return chosen(self.choice, self.municipality).with_public_parts()

    def seen(self, rows: Any) -> list[PublicReport]:
        """Rows as everybody may see them."""
        return public_reports(rows, self.municipality)


class PublicListView(PublicPage, ExportedView, ListView[Incident]):
    """Every released report, newest first, on a list and a map; also as CSV and GeoJSON."""

    template_name = "incidents/public/list.html"
    paginate_by = 25

    def get_queryset(self) -> IncidentQuerySet:
        """Those of the choice."""
        return self.rows()

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table and the places."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows as the page shows them, numbered as on the map."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        shown = list(enumerate(self.seen(page.object_list), page.start_index()))
        page.object_list = [
            {"number": number, "seen": seen, "tone": STATUS_TONES.get(seen.status, "")}
            for number, seen in shown
        ]
        town = self.municipality
        zones = Zone.objects.in_municipality(town).in_force(self.today).areas()
        categories = Category.objects.in_municipality(town).offered().select_related("parent")
        return {
            **context,
            "page": page,
            "choice": self.choice,
            "query": self.choice.query(),
            "statuses": STATUSES,
            "categories": [one for one in categories if one.visibility != "never"],
            "zones": zones.by_name(self.language),
            "places": [
                {"number": number, "place": [seen.point.x, seen.point.y]}
                for number, seen in shown
                if seen.point
            ],
            "bbox": self.bbox,
        }

    def _csv(self) -> HttpResponseBase:
        values = (list(plain(seen).values()) for seen in self._every())
        return csv_file(f"{self.municipality.slug}-reports", COLUMNS, values)

    def _geojson(self) -> HttpResponseBase:
        features = ((seen.geometry, plain(seen)) for seen in self._every())
        return geojson_file(f"{self.municipality.slug}-reports", features)

    def _every(self) -> Any:
        rows = self.rows().iterator(chunk_size=500)
        areas: dict[int, str] | None = None
        for row in rows:
            if areas is None:
                areas = self._areas
            yield from public_reports([row], self.municipality, areas)

    @cached_property
    def _areas(self) -> dict[int, str]:
        from_zones = Zone.objects.in_municipality(self.municipality).areas()
        return {zone.pk: zone.name for zone in from_zones}


class PublicLayerView(PublicPage):
    """The marks of public reports in a box, for maps; at most 2,000, newest first."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """A FeatureCollection that says whether there are more."""
        rows = chosen(self.choice, self.municipality)
        marks = public_marks(rows, self.municipality, MOST_POINTS + 1)
        features = [
            {
                "type": "Feature",
                "id": one.reference,
                "geometry": {"type": "Point", "coordinates": one.place} if one.place else None,
                "properties": {
                    "reference": one.reference,
                    "category": one.category,
                    "status": one.status,
                    "is_rough": one.is_rough,
                },
            }
            for one in marks[:MOST_POINTS]
        ]
        layer = {
            "type": "FeatureCollection",
            "is_complete": len(marks) <= MOST_POINTS,
            "features": features,
        }
        response = JsonResponse(layer, content_type="application/geo+json")
        response["Access-Control-Allow-Origin"] = "*"
        return response


class PublicReportView(ReportsView, TemplateView):
    """One public report: what was done when, where it is, who works on it."""

    template_name = "incidents/public/report.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The report as everybody may see it; 404 before it is released."""
        town = self.municipality
        public = Incident.objects.in_municipality(town).public()
        row = get_object_or_404(public.with_public_parts(), reference=kwargs["reference"])
        (seen,) = public_reports([row], town)
        leader = public.filter(pk=row.leader_id).first() if row.leader_id else None
        kinds = KINDS | {"merged", "unmerged"} if leader else KINDS
        return super().get_context_data(
            seen=seen,
            status_icon=STATUS_ICONS.get(seen.status, "info"),
            tone=STATUS_TONES.get(seen.status, ""),
            entries=timeline(row, kinds),
            leader=leader,
            bbox=box_around(seen.point, AROUND_M).extent if seen.point else self.bbox,
            limits=self.bbox,
            description=f"{seen.category}, {seen.place}",
            **kwargs,
        )


class PublicFollowView(ReportsView):
    """“Me too” from the page of a public report; without an address it only counts."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, slug: str, reference: str) -> HttpResponse:
        """Count one more person; an address is written to once it was confirmed."""
        now = timezone.now()
        public = Incident.objects.in_municipality(self.municipality).public()
        incident = get_object_or_404(public, reference=reference)
        until = refused_until(request, "reports", REPORTS, now)
        if until:
            return too_many(request, self.municipality, until, now)
        user = request.user if request.user.is_authenticated else None
        email = "" if user else request.POST.get("email", "").strip()
        try:
            if email:
                EmailValidator()(email)
                if len(email) > LONGEST_EMAIL:
                    raise ValidationError(_("This is no e-mail address."))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("incidents:public_report", slug, reference)
        who = Follow(user=user, email=email, language=self.language)
        follow(incident=incident, who=who, now=now)
        context = {"incident": incident, "who": who, "municipality": self.municipality}
        return render(request, "incidents/report_joined.html", context)


class PublicPictureView(ReportsView):
    """A picture of a public report, once it was looked at."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """The picture; 404 for every other."""
        public = Incident.objects.in_municipality(self.municipality).public()
        rows = Attachment.objects.filter(
            incident__in=public.filter(category__visibility=Category.Visibility.PUBLIC),
            role__in=(Attachment.Role.PHOTO, Attachment.Role.PROOF),
            submission__state="released",
        )
        attachment = rows.select_related("submission").filter(pk=pk).first()
        if attachment is None:
            raise Http404
        return picture_response(attachment.submission)
