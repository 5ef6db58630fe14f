"""The news of a week as a page, the weeks before it, and the same as PDF."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.views.generic import ListView

from departments.access import Right, may
from satisfaction.documents.sheets import Sheet, as_pdf
from satisfaction.documents.week import week_sheet
from satisfaction.present.weeks import mondays_of, week_news
from satisfaction.views.press_base import PressPage


class WeekPage(PressPage):
    """What page and PDF share: the Mondays there are, and the sheet of one."""

    @cached_property
    def mondays(self) -> list[dt.date]:
        """Mondays with news, newest first."""
        return mondays_of(self.municipality, self.today)

    def sheet_of(self, text: str) -> Sheet:
        """The news up to a Monday; no such page for any other day."""
        try:
            monday = dt.date.fromisoformat(text)
        except ValueError:
            raise Http404 from None
        if monday not in self.mondays:
            raise Http404
        return week_sheet(week_news(self.municipality, monday, self.language), self.language)


class WeekView(WeekPage, ListView[Any]):
    """One week in full, the others by their day."""

    template_name = "satisfaction/digest.html"
    paginate_by = 26

    def get_queryset(self) -> list[dt.date]:  # type: ignore[override] # days, not rows
        """Every Monday with news."""
        return self.mondays

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The chosen week, else the newest."""
        context = super().get_context_data(**kwargs)
        newest = f"{self.mondays[0]:%Y-%m-%d}" if self.mondays else ""
        chosen = self.request.GET.get("week", "") or newest
        return {
            **context,
            "page": context["page_obj"],
            "chosen": chosen,
            "sheet": self.sheet_of(chosen) if chosen else None,
            "may_publish": may(self.request.user, self.municipality, Right.PUBLISH),
        }


class WeekPdfView(WeekPage):
    """The same on paper."""

    right = Right.PUBLISH

    def get(self, request: HttpRequest, slug: str, monday: str) -> HttpResponse:
        """A file to keep."""
        return pdf_file(as_pdf(self.sheet_of(monday)), f"{slug}-week-{monday}")


def pdf_file(content: bytes, name: str) -> HttpResponse:
    """A PDF of the press office; nobody between us and the reader keeps it."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
