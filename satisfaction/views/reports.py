"""Report maps for taking along: what there is, each in a sandboxed frame, and its file."""

from typing import Any

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.generic import TemplateView

from departments.access import Right
from satisfaction.models import Snapshot
from satisfaction.reports.document import policy_of
from satisfaction.selection import Selection, select, snapshots_for
from satisfaction.sentences import period_label
from satisfaction.services.report_maps import ReportKind, report_map, titles
from satisfaction.views.press_base import PressPage


class ReportPage(PressPage):
    """A page whose maps leave the house."""

    right = Right.PUBLISH

    @cached_property
    def selection(self) -> Selection | None:
        """The choice in the address; one list of all periods names it as `month:2026-10`."""
        asked = self.request.GET.dict()
        span, colon, month = asked.get("period", "").partition(":")
        if colon:
            asked |= {"span": span, "from": month}
        return select(self.municipality, asked, self.today, is_staff=True)

    def chosen(self) -> Selection:
        """The period in the address; no page where there are no figures."""
        if self.selection is None:
            raise Http404
        return self.selection


class ReportListView(ReportPage, TemplateView):
    """What each report map shows, and what it does not."""

    template_name = "satisfaction/report_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The four maps for the chosen period, and the other periods."""
        reports, periods = [], []
        if self.selection is not None:
            reports = [_report(self, self.selection, kind) for kind in ReportKind]
            periods = [_period(self, self.selection, one) for one in self.snapshots]
        return super().get_context_data(
            reports=reports,
            periods=periods,
            selection=self.selection,
            period=period_label(self.selection.period, self.language) if self.selection else "",
            **kwargs,
        )


@method_decorator(csp_update({"frame-src": ["'self'"]}), name="dispatch")
class ReportView(ReportPage, TemplateView):
    """One report map in a frame that may do nothing but draw."""

    template_name = "satisfaction/report.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The map; or the list, which says when there will be one."""
        if self.selection is None:
            return redirect("satisfaction:reports", slug=self.municipality.slug)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The map, its period and the others."""
        chosen = self.chosen()
        return super().get_context_data(
            report=_report(self, chosen, kwargs["kind"]),
            period=period_label(chosen.period, self.language),
            **kwargs,
        )


@method_decorator(xframe_options_exempt, name="dispatch")
class ReportFileView(ReportPage):
    """The file itself, to be framed by our own page or kept.

    It belongs to no origin (`sandbox`), so its scripts reach neither the reader's session nor any
    address; only the scripts that stand in it run.
    """

    def get(self, request: HttpRequest, slug: str, kind: ReportKind) -> HttpResponseBase:
        """The map of the chosen period."""
        snapshot = self.chosen().snapshot
        page = report_map(
            kind=kind,
            snapshot=snapshot,
            seen=snapshots_for(self.municipality, self.today, is_staff=True),
            today=self.today,
            language=self.language,
        )
        answer = HttpResponse(page)
        answer["Content-Security-Policy"] = (
            f"sandbox allow-scripts; {policy_of(page)}; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'self'"
        )
        answer["Referrer-Policy"] = "no-referrer"
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        if "download" in request.GET:
            name = f"{slug}-{kind}-{snapshot.code}.html"
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _report(page: ReportPage, chosen: Selection, kind: ReportKind) -> dict[str, Any]:
    title, use = titles()[kind]
    slug, query = page.municipality.slug, chosen.query()
    return {
        "kind": kind,
        "title": title,
        "use": use,
        "url": f"{reverse(f'satisfaction:report_{kind}', args=[slug])}?{query}",
        "file": f"{reverse(f'satisfaction:report_{kind}_file', args=[slug])}?{query}",
    }


def _period(page: ReportPage, chosen: Selection, snapshot: Snapshot) -> dict[str, Any]:
    one = Selection(page.municipality, snapshot)
    return {
        "label": period_label(one.period, page.language),
        "value": f"{snapshot.span}:{snapshot.first_day:%Y-%m}",
        "is_chosen": snapshot.pk == chosen.snapshot.pk,
        "span": snapshot.get_span_display(),
    }
