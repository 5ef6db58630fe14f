"""Open geodata as files: the page of editions, frozen files, files of now, and the catalogue."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.generic import ListView
from rest_framework.exceptions import Throttled

from portal.geodata.asking import only_known
from portal.geodata.catalogue import catalogue, edition_path, now_path
from portal.geodata.files import EVERYTHING, MEDIA_TYPES, Format
from portal.geodata.licensing import licences_of, together
from portal.geodata.live import BusyError, written_now
from portal.geodata.registry import collections_of
from portal.views.geodata_base import GeodataView
from zones.dcat import Setting
from zones.exports import csv_file
from zones.models import GeodataFile
from zones.published import Collection
from zones.views import ExportedView, TownView

_MONTH = re.compile(r"[1-9]\d{3}-(?:0[1-9]|1[0-2])")
_A_YEAR = 365 * 24 * 3600
#: Seconds after which it is worth asking again.
_SOON = 5
_HEADER = (
    "month", "collection", "format", "rows", "bytes", "sha256", "licences", "is_invented",
    "address",
)  # fmt: skip


class OpenGeodataView(ExportedView, ListView[Any]):
    """What can be had now, then each month's frozen files, newest first."""

    template_name = "portal/open_geodata.html"
    paginate_by = 6

    @property
    def files(self) -> QuerySet[GeodataFile]:
        """Frozen files of the town."""
        return GeodataFile.objects.in_municipality(self.municipality).newest_first()

    def get_queryset(self) -> QuerySet[Any]:
        """Months of which there is an edition."""
        months = self.files.order_by("-month").values_list("month", flat=True)
        return months.distinct()

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """All frozen files as a table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Two queries for the editions of a page, and one for each collection of now."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        files = self.files.filter(month__in=list(page.object_list))
        page.object_list = [
            {"month": month, "rows": list(self._rows(list(found)))}
            for month, found in groupby(files, key=lambda one: one.month)
        ]
        return {**context, "page": page, "now": self._now()}

    def _now(self) -> list[dict[str, Any]]:
        slug = self.municipality.slug
        found = collections_of(self.municipality, timezone.now())
        known = [licences_of(one) for one in found]
        whole = together(known)
        rows = [
            {
                "title": _("Everything in one file"),
                "licences": whole.named,
                "is_synthetic": whole.is_synthetic,
                "files": [_button(now_path(slug, EVERYTHING, Format.GPKG), Format.GPKG)],
            }
        ]
        for one, licences in zip(found, known, strict=True):
            rows.append(
                {
                    "title": one.title,
                    "licences": licences.named,
                    "is_synthetic": licences.is_synthetic,
                    "files": [_button(now_path(slug, one.code, form), form) for form in Format],
                }
            )
        return rows

    def _rows(self, files: list[GeodataFile]) -> Iterator[dict[str, Any]]:
        """Files of one month, those of a collection together."""
        for _code, found in groupby(files, key=lambda one: one.collection):
            forms = list(found)
            yield {
                "title": forms[0].title,
                "rows": forms[0].rows,
                "licences": forms[0].licences,
                "is_synthetic": forms[0].is_synthetic,
                "files": [
                    {
                        **_button(edition_path(self.municipality.slug, one), Format(one.format)),
                        "name": f"{one.collection}.{one.format}",
                        "size": one.size,
                        "sha256": one.sha256,
                    }
                    for one in forms
                ],
            }

    def _csv(self) -> HttpResponseBase:
        rows = (
            (
                f"{one.month:%Y-%m}", one.collection, one.format, one.rows, one.size, one.sha256,
                "; ".join(licence["name"] for licence in one.licences), one.is_synthetic,
                self.request.build_absolute_uri(edition_path(self.municipality.slug, one)),
            )
            for one in self.files.iterator()
        )  # fmt: skip
        return csv_file(f"{self.municipality.slug}-geodata", _HEADER, rows)


def _button(url: str, form: Format) -> dict[str, Any]:
    return {"url": url, "format": form.label}


class NowFileView(GeodataView):
    """A collection, or all of them, as it is at this moment."""

    @cached_property
    def is_page(self) -> bool:
        """Never: it is a file, and what is wrong is told as a problem document."""
        return False

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The file; 429 while too many of the town are being written."""
        only_known(request.GET, ())
        code, form = kwargs["collection"], _format_of(kwargs["file_format"])
        wanted = self._wanted(code, form)
        try:
            file = written_now(self.municipality, wanted, code, form)
        except BusyError as error:
            sentence = _("Others are fetching files of this town just now. Try again in a moment.")
            raise Throttled(wait=_SOON, detail=sentence) from error
        response = _attached(file, f"{self.municipality.slug}-{code}.{form}", form)
        # Of a row that was taken back no copy may be shown.
        response["Cache-Control"] = "no-store"
        return response

    def _wanted(self, code: str, form: Format) -> list[Collection]:
        if code == EVERYTHING:
            if form != Format.GPKG:
                raise Http404(_("All collections in one file are a GeoPackage."))
            return self.collections
        return [self.collection]


class EditionFileView(TownView):
    """One frozen file, the same bytes for ever."""

    def get(
        self, request: HttpRequest, slug: str, month: str, collection: str, file_format: str
    ) -> HttpResponseBase:
        """The file; 404 for what never was."""
        if not _MONTH.fullmatch(month):
            raise Http404
        file = get_object_or_404(
            GeodataFile.objects.in_municipality(self.municipality),
            month=dt.date.fromisoformat(f"{month}-01"),
            collection=collection,
            format=_format_of(file_format),
        )
        etag = quote_etag(file.sha256)
        response: HttpResponseBase
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponse(status=304)
        else:
            response = self._whole(file, f"{slug}-{month}-{collection}.{file.format}")
        response["ETag"] = etag
        response["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
        response["Access-Control-Allow-Origin"] = "*"
        return response

    def _whole(self, file: GeodataFile, name: str) -> FileResponse:
        try:
            return _attached(file.file.open("rb"), name, Format(file.format))
        except FileNotFoundError as error:
            raise Http404 from error


class CatalogueView(TownView):
    """All a town has open, for the harvesters of data portals."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """DCAT-AP in JSON-LD."""
        absolute = request.build_absolute_uri
        files = GeodataFile.objects.in_municipality(self.municipality)
        newest = files.order_by("-month").values_list("month", flat=True)[:1]
        response = JsonResponse(
            catalogue(
                Setting(self.municipality, absolute(f"/{slug}/"), self.bbox),
                collections_of(self.municipality, timezone.now()),
                files.filter(month__in=newest).order_by("pk"),
                self.today,
                absolute,
            ),
            content_type="application/ld+json",
            json_dumps_params={"ensure_ascii": False, "indent": 1},
        )
        response["Access-Control-Allow-Origin"] = "*"
        return response


def _format_of(text: str) -> Format:
    if text not in Format.values:
        raise Http404(_("There is no such format. Choose gpkg, csv or parquet."))
    return Format(text)


def _attached(file: Any, name: str, form: Format) -> FileResponse:
    response = FileResponse(file, as_attachment=True, filename=name)
    response["Content-Type"] = MEDIA_TYPES[form]
    return response
