"""Everything about one area: of a zone for everybody, of a kept area for planners."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from portal.dossiers.area import PERIODS, Subject, chosen_months
from portal.dossiers.sheet import dossier_pdf, dossier_sheet
from portal.views.areas import PlanningView
from portal.views.nearby import box_around, shown_shape
from portal.views.zones import address_counts
from zones.models import Zone, ZoneShape
from zones.paths import zone_path
from zones.views import TownView


class DossierPage(TownView):
    """The page of a dossier; `subject` says about which area."""

    @cached_property
    def subject(self) -> Subject:
        """The area and the period."""
        raise NotImplementedError

    @property
    def address(self) -> str:
        """The page's own address, complete, without its period."""
        return self.request.build_absolute_uri(f"{self.subject.path}dossier/")

    @property
    def months(self) -> int:
        """The period asked for."""
        return chosen_months(self.request.GET.get("months"))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show it. A fixed number of queries."""
        subject = self.subject
        context = {
            "subject": subject,
            "sheet": dossier_sheet(subject, self.address),
            "periods": PERIODS,
            "shapes": shown_shape(subject.geometry, role="area"),
            "bbox": box_around([subject.geometry]),
            "limits": self.bbox,
        }
        return render(request, "portal/dossier.html", context)


class DossierPdf(DossierPage):
    """The same as a file."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """A4, with a small map."""
        content = dossier_pdf(self.subject, self.address)
        answer = HttpResponse(content, content_type="application/pdf")
        name = f"{self.municipality.slug}-{self.kwargs['pk']}-{self.subject.months}"
        answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        return answer


class ZoneSubject(DossierPage):
    """A zone or the area of a street as it is today."""

    @cached_property
    def subject(self) -> Subject:
        """Three queries."""
        own = Zone.objects.in_municipality(self.municipality).select_related("kind")
        zone = get_object_or_404(own, pk=self.kwargs["pk"])
        shapes = ZoneShape.objects.filter(zone=zone).in_force(self.today)
        shape = shapes.select_related("edition__dataset").first()
        if shape is None:
            raise Http404
        return Subject(
            municipality=self.municipality,
            name=zone.name,
            kind=zone.kind.name,
            geometry=shape.geometry,
            path=zone_path(self.municipality.slug, zone.pk),
            now=timezone.now(),
            today=self.today,
            language=self.language,
            months=self.months,
            zone=zone.pk,
            addresses=address_counts([zone.pk]).get(zone.pk, 0),
            dataset=shape.edition.dataset,
        )


class AreaSubject(PlanningView, DossierPage):
    """An area that planners keep."""

    @cached_property
    def subject(self) -> Subject:
        """One query; an area without ground has nothing to tell."""
        area = self.area_of(self.kwargs["pk"])
        if area.geometry is None:
            raise Http404
        return Subject(
            municipality=self.municipality,
            name=area.name,
            kind=_("planner’s area"),
            geometry=area.geometry,
            path=f"/{self.municipality.slug}/plan/areas/{area.pk}/",
            now=timezone.now(),
            today=self.today,
            language=self.language,
            months=self.months,
            is_for_planners=True,
        )


class ZoneDossierView(ZoneSubject, View):
    """For everybody, on a page."""


class ZoneDossierPdfView(ZoneSubject, DossierPdf):
    """For everybody, on paper."""


class AreaDossierView(AreaSubject, View):
    """For planners, on a page."""


class AreaDossierPdfView(AreaSubject, DossierPdf):
    """For planners, on paper."""
