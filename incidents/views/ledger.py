"""The daily seals for everybody, and the events of one report for whoever holds its link."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.generic import ListView

from incidents.canonical import timestamp
from incidents.kept_roots import FORMAT, root_row
from incidents.models import LedgerRoot
from incidents.services.sealed_reports import report_file
from incidents.views.gate import ReportsView
from incidents.views.track import TrackPage
from zones.exports import csv_file
from zones.views import ExportedView

COLUMNS = (
    *("day", "reports", "events", "root", "previous", "signed_at", "key", "signature"),
    "statement",
)
_SLICE = 500


class RootListView(ReportsView, ExportedView, ListView[LedgerRoot]):
    """Every seal, newest first, with what it proves and what not; also as a table."""

    template_name = "incidents/ledger.html"
    paginate_by = 30

    def get_queryset(self) -> QuerySet[LedgerRoot]:
        """Those of the town."""
        return LedgerRoot.objects.in_municipality(self.municipality).newest_first()

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Hashes as they are written down, and the key of the newest seal."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        newest = self.get_queryset().first()
        page.object_list = [_shown(root) for root in page.object_list]
        return {**context, "page": page, "key": newest.key if newest else ""}

    def _csv(self) -> HttpResponseBase:
        rows = self.get_queryset().iterator(_SLICE)
        return csv_file(
            f"{self.municipality.slug}-seals", COLUMNS, (list(_plain(row).values()) for row in rows)
        )


class RootsFileView(ReportsView):
    """All seals as one file, to be kept and to be compared with later."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """One seal to a line."""
        response = StreamingHttpResponse(self._lines(), content_type="application/json")
        name = f"{self.municipality.slug}-roots.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _lines(self) -> Iterator[str]:
        head = {"format": FORMAT, "town": self.municipality.slug}
        yield json.dumps(head)[:-1] + ', "roots": [\n'
        rows = LedgerRoot.objects.in_municipality(self.municipality).order_by("day")
        separator = ""
        for root in rows.iterator(_SLICE):
            yield separator + json.dumps(root_row(bytes(root.statement), bytes(root.signature)))
            separator = ",\n"
        yield "\n]}\n"


class TrackedEventsView(TrackPage):
    """Every event of one report with the bytes that were hashed, and the way into a seal."""

    def get(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """A file that a program without access to us can check."""
        document = report_file(self.incident)
        text = json.dumps(document, ensure_ascii=False, indent=1)
        response = HttpResponse(text, content_type="application/json")
        name = f"{self.municipality.slug}-{self.incident.reference}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _plain(root: LedgerRoot) -> dict[str, object]:
    return {
        "day": root.day.isoformat(),
        "reports": root.reports,
        "events": root.events,
        "root": bytes(root.root).hex(),
        "previous": bytes(root.previous).hex(),
        "signed_at": timestamp(root.signed_at),
        "key": root.key,
        "signature": bytes(root.signature).hex(),
        "statement": bytes(root.statement).decode("ascii"),
    }


def _shown(root: LedgerRoot) -> dict[str, Any]:
    return {
        "day": root.day,
        "reports": root.reports,
        "events": root.events,
        "root": bytes(root.root).hex(),
        "signed_at": root.signed_at,
    }
