"""The result of a vote on a budget for everybody: the page, the files, the recount without us."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from consultations.models import CountRun
from consultations.money_words import has_money, money_words, rule_words
from consultations.opening_words import closed_words
from consultations.phases import Action
from consultations.recounting import recount_page
from consultations.result_rows import (
    COLUMNS,
    ResultRow,
    marks,
    plain,
    result_rows,
    shapes,
    zone_names,
)
from consultations.services.counting_votes import vote_of
from consultations.services.telling import process_path
from consultations.views.base import ProcessView
from zones.exports import csv_file, geojson_file
from zones.views import ExportedView


class CountedPage(ProcessView):
    """What page and files of a result share; before it is open nothing of it is found."""

    @cached_property
    def count_run(self) -> CountRun | None:
        """The count, once everybody may see it."""
        if not self.opening(Action.SEE_RESULT).is_open:
            return None
        vote = vote_of(self.process)
        if vote is None or vote.ends_at is None or vote.ends_at > timezone.now():
            return None
        rows = vote.counts.select_related("phase__process__municipality")
        return rows.prefetch_related("overrides").order_by("pk").first()

    @property
    def counted(self) -> CountRun:
        """The count; not found before it is open."""
        if self.count_run is None:
            raise Http404
        return self.count_run

    @cached_property
    def rows(self) -> list[ResultRow]:
        """Projects with what decided."""
        return result_rows(self.counted)

    @property
    def file_name(self) -> str:
        """The beginning of the names of files."""
        return f"{self.municipality.slug}-consultation-{self.process.number}"


class ResultView(CountedPage, ExportedView, TemplateView):
    """Who won, what it costs, why the others did not, and how to count again."""

    template_name = "consultations/budget/result.html"

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table and the places."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The result, or when it will stand here."""
        shared = {
            "process": self.process,
            "process_path": process_path(self.process),
            "bbox": self.bbox,
            "limits": self.bbox,
        }
        if self.count_run is None:
            window = self.opening(Action.SEE_RESULT)
            when = "" if window.is_open else closed_words(window, self.municipality.timezone)
            return super().get_context_data(**shared, when=when, **kwargs)
        return super().get_context_data(**shared, **self._result(), **kwargs)

    def _result(self) -> dict[str, Any]:
        count, result = self.counted, self.counted.result
        currency = count.rule.get("currency", "")
        winners = [row for row in self.rows if row.wins]
        names = zone_names(self.municipality)
        zones = [
            (names.get(zone, zone), money_words(money, currency))
            for zone, money in result["zones"].items()
        ]
        return {
            "count": count,
            "has_money": has_money(count.rule),
            "rows": self.rows,
            "winners": winners,
            "has_missing": any(row.missing for row in self.rows),
            "overrides": [row for row in self.rows if row.override],
            "budget": money_words(result["budget"], currency),
            "spent": money_words(sum(row.cost for row in winners), currency),
            "counted_spent": money_words(result["spent"], currency),
            "left": money_words(result["left"], currency),
            "voters": result["voters"],
            "zones": zones if len(zones) > 1 else [],
            "rule": rule_words(count.rule),
            "digest": bytes(count.digest).hex(),
            "places": marks((row.number, row.project.geometry) for row in winners),
            "shapes": shapes(row.project.geometry for row in winners),
        }

    def _csv(self) -> HttpResponseBase:
        values = (list(plain(row).values()) for row in self.rows)
        return csv_file(f"{self.file_name}-result", COLUMNS, values)

    def _geojson(self) -> HttpResponseBase:
        features = ((row.project.geometry, plain(row)) for row in self.rows)
        return geojson_file(f"{self.file_name}-result", features)


class ResultFileView(CountedPage):
    """The ballots as they were counted, in the format of Pabulib."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The file, letter for letter."""
        response = HttpResponse(self.counted.text, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.file_name}.pb"'
        return response


class RecountView(CountedPage):
    """One file that counts again in any browser, without network and without us."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page to keep."""
        page = recount_page(self.counted, language=self.language)
        response = HttpResponse(page, content_type="text/html; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.file_name}-recount.html"'
        return response
