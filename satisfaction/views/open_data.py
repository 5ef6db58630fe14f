"""Open data of ratings: the list of periods, files that never change, what their columns mean."""

import gzip
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import quote_etag
from django.views.generic import ListView

from satisfaction.facts import LICENCE, LICENCE_URL
from satisfaction.models import OpenFile, Snapshot
from satisfaction.present.catalogue import CONTENT_TYPES, catalogue, file_path
from satisfaction.present.dictionary import HEADER, dictionary
from satisfaction.present.open_data import period_rows, span_choices
from zones.dcat import Setting
from zones.exports import csv_file
from zones.models import Dataset
from zones.views import ExportedView, TownView

_CODE = re.compile(r"(?P<span>[a-z]+)-(?P<month>\d{4}-\d{2})-v(?P<method>.{1,10})")
_A_YEAR = 365 * 24 * 3600


class OpenDataView(ExportedView, ListView[Snapshot]):
    """Periods whose figures everybody may have, newest first, with what is missing and why."""

    template_name = "satisfaction/open_data.html"
    paginate_by = 12

    def get_queryset(self) -> QuerySet[Snapshot]:
        """Public periods of one length, or of all."""
        found = Snapshot.objects.in_municipality(self.municipality).public_on(self.today)
        span = self.request.GET.get("span", "")
        if span in Snapshot.Span.values:
            found = found.of_span(span)
        return found.newest_first().prefetch_related("files")

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The list itself as a table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Five queries, whatever the number of periods."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = period_rows(page.object_list, self.municipality, self.language)
        public = Snapshot.objects.in_municipality(self.municipality).public_on(self.today)
        sources = Dataset.objects.in_municipality(self.municipality).filter(sites__isnull=False)
        return {
            **context,
            "page": page,
            "span": self.request.GET.get("span", ""),
            "spans": span_choices(public),
            "columns": dictionary(self.municipality.languages, self.language),
            "languages": settings.LANGUAGES,
            "licence": LICENCE,
            "licence_url": LICENCE_URL,
            "sources": sources.distinct().order_by("source", "pk"),
            "is_invented": any(row["is_invented"] for row in page.object_list),
            "address": self.request.build_absolute_uri(self.request.path),
        }

    def _csv(self) -> HttpResponseBase:
        header = (
            "period", "first_day", "until", "votes", "votes_set_aside", "places",
            "places_waiting", "public_from", "format", "bytes", "sha256", "address",
        )  # fmt: skip
        rows = (
            (
                snapshot.code, snapshot.first_day, snapshot.until, snapshot.votes,
                snapshot.set_aside, snapshot.places, snapshot.places_waiting,
                snapshot.public_from, file.format, file.size, file.sha256,
                self.request.build_absolute_uri(file_path(self.municipality.slug, file)),
            )
            for snapshot in self.get_queryset()
            for file in snapshot.files.all()
        )  # fmt: skip
        return csv_file(f"{self.municipality.slug}-ratings", header, rows)


class OpenFileView(TownView):
    """One file of a period, the same bytes for ever."""

    def get(self, request: HttpRequest, slug: str, code: str, file_format: str) -> HttpResponse:
        """The file; 404 while owners may still reply."""
        file = get_object_or_404(
            OpenFile.objects.in_municipality(self.municipality).public_on(self.today),
            format=file_format,
            **_snapshot_of(code),
        )
        etag = quote_etag(file.sha256)
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponse(status=304)
        else:
            content_type = CONTENT_TYPES[file.format]
            response = HttpResponse(gzip.decompress(bytes(file.packed)), content_type=content_type)
            name = f"{slug}-ratings-{code}.{file.format}"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["ETag"] = etag
        response["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
        response["Access-Control-Allow-Origin"] = "*"
        return response


class DictionaryView(TownView):
    """What the columns mean, as a table, in one language."""

    def get(self, request: HttpRequest, slug: str, language: str) -> HttpResponseBase:
        """The table; 404 for a language that is not ours."""
        if language not in dict(settings.LANGUAGES):
            raise Http404
        rows = dictionary(self.municipality.languages, language)
        return csv_file(f"dictionary.{language}", HEADER, rows)


class CatalogueView(TownView):
    """All public files for the harvesters of data portals."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """DCAT-AP in JSON-LD."""
        absolute = request.build_absolute_uri
        setting = Setting(self.municipality, absolute(f"/{slug}/"), self.bbox)
        response = JsonResponse(
            catalogue(setting, self.today, absolute),
            content_type="application/ld+json",
            json_dumps_params={"ensure_ascii": False, "indent": 1},
        )
        response["Access-Control-Allow-Origin"] = "*"
        return response


def _snapshot_of(code: str) -> dict[str, str]:
    """The period that a code names."""
    named = _CODE.fullmatch(code)
    if named is None or named["month"][5:] not in _MONTHS or named["month"][:4] == "0000":
        raise Http404
    return {
        "snapshot__span": named["span"],
        "snapshot__first_day": f"{named['month']}-01",
        "snapshot__method": named["method"],
    }


_MONTHS = {f"{month:02d}" for month in range(1, 13)}
