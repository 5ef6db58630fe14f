"""The head's pages of terms: what is due, the month's sheet, the report on petitions, extending."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from departments.access import Right, may
from incidents.models import Clock
from incidents.present.term_sheets import (
    MONTH_COLUMNS,
    PETITION_COLUMNS,
    Period,
    count_month,
    count_petitions,
    half_of,
    month_of,
    month_sheet,
    office_names,
    petition_sheet,
)
from incidents.present.terms import Asked, by_handler, read_asked, row_of, running_terms
from incidents.regimes import regimes
from incidents.services.extending import ANSWER, extend, longest_extension
from incidents.services.recording import Actor
from incidents.services.warning_letters import terms_path
from incidents.term_words import term_name
from incidents.views.desk_base import DeskView
from satisfaction.documents.sheets import Sheet, as_pdf
from zones.exports import csv_file
from zones.names import in_language
from zones.views import ExportedView

COLUMNS = (
    "reference", "term", "regime", "binds", "started", "due", "category", "department", "handler",
    "waits_for", "place",
)  # fmt: skip


class TermsView(DeskView, ExportedView, ListView[Clock]):
    """Terms that run, by handler and one by one; also as CSV."""

    template_name = "incidents/terms/terms.html"
    paginate_by = 50

    @cached_property
    def asked(self) -> Asked:
        """What the address asks."""
        return read_asked(self.request.GET)

    def get_queryset(self) -> QuerySet[Clock]:
        """What the choice leaves."""
        return running_terms(self.cases(), self.asked, self.today)

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """People, then terms."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        return {
            **context,
            "page": page,
            "rows": [row_of(one, self.today) for one in page.object_list],
            "people": by_handler(self.cases(), self.today),
            "asked": self.asked,
            "may_extend": may(self.person, self.municipality, Right.SIGN),
        }

    def _csv(self) -> HttpResponseBase:
        rows = self.get_queryset().iterator(chunk_size=500)
        return csv_file(
            f"{self.municipality.slug}-terms",
            COLUMNS,
            (
                (
                    clock.incident.reference,
                    clock.code,
                    clock.regime,
                    clock.is_binding,
                    clock.started_on,
                    clock.due_on,
                    clock.incident.category.code if clock.incident.category else "",
                    clock.incident.department.code if clock.incident.department else "",
                    str(clock.incident.handler or ""),
                    clock.incident.waits_for,
                    clock.incident.place_text,
                )
                for clock in rows
            ),
        )


class SheetView(DeskView, ExportedView, TemplateView):
    """A period in tables: as a page, as CSV and as PDF."""

    template_name = "incidents/terms/sheet.html"
    name = ""

    @cached_property
    def period(self) -> Period:
        """The period of the address.

        Raises:
            Http404: it is none.
        """
        found = self.read_period()
        if found is None:
            raise Http404
        return found

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The same as files."""
        return {"csv": self._csv, "pdf": self._pdf}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sheet and the way to the periods beside it."""
        return super().get_context_data(
            sheet=self.sheet(),
            here=self.name,
            period=self.period,
            before=self.beside(self.period.first - dt.timedelta(days=1)),
            after=self.beside(self.period.until) if self.period.until <= self.today else "",
            **kwargs,
        )

    def read_period(self) -> Period | None:
        """What the address names."""
        raise NotImplementedError

    def beside(self, day: dt.date) -> str:
        """Name of the period of a day."""
        raise NotImplementedError

    def sheet(self) -> Sheet:
        """The tables."""
        raise NotImplementedError

    def columns(self) -> tuple[str, ...]:
        """Heads of the CSV, after the department."""
        raise NotImplementedError

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Lines of the CSV."""
        raise NotImplementedError

    def _csv(self) -> HttpResponseBase:
        name = f"{self.municipality.slug}-{self.name}-{self.period.code}"
        return csv_file(name, ("department", *self.columns()), self.rows())

    def _pdf(self) -> HttpResponseBase:
        answer = HttpResponse(as_pdf(self.sheet()), content_type="application/pdf")
        name = f"{self.municipality.slug}-{self.name}-{self.period.code}"
        answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        answer["Cache-Control"] = "private, no-store"
        return answer


class MonthView(SheetView):
    """Terms kept and missed in a month."""

    name = "terms"

    def read_period(self) -> Period | None:
        """A month."""
        return month_of(self.request.GET.get("month", ""), self.today)

    def beside(self, day: dt.date) -> str:
        """Its month."""
        return f"month={day:%Y-%m}"

    def sheet(self) -> Sheet:
        """One table for each term."""
        counted = count_month(self.cases(), self.period, self.today)
        return month_sheet(self.municipality, counted, self.period, self.language)

    def columns(self) -> tuple[str, ...]:
        """Term, then what became of it."""
        return ("term", *MONTH_COLUMNS)

    def rows(self) -> Iterator[tuple[object, ...]]:
        """A line for each department and term."""
        names = office_names(self.municipality)
        counted = count_month(self.cases(), self.period, self.today)
        for term, figures in counted.by_term.items():
            for office, own in figures.items():
                yield (names[office], term, *(own.get(name, 0) for name in MONTH_COLUMNS))


class PetitionsView(SheetView):
    """Petitions registered in a half-year."""

    name = "petitions"

    def read_period(self) -> Period | None:
        """A half-year."""
        return half_of(self.request.GET.get("half", ""), self.today)

    def beside(self, day: dt.date) -> str:
        """Its half-year."""
        return f"half={day.year}-{1 if day.month <= 6 else 2}"

    def sheet(self) -> Sheet:
        """One table."""
        counted = count_petitions(self.cases(), self.period, self.today)
        return petition_sheet(self.municipality, counted, self.period, self.language)

    def columns(self) -> tuple[str, ...]:
        """What became of them."""
        return PETITION_COLUMNS

    def rows(self) -> Iterator[tuple[object, ...]]:
        """A line for each department."""
        names = office_names(self.municipality)
        counted = count_petitions(self.cases(), self.period, self.today)
        for office, own in counted.items():
            yield (names[office], *(own[name] for name in PETITION_COLUMNS))


class ExtendView(DeskView):
    """The authority makes the term of an answer longer; the person is written to first."""

    right = Right.SIGN
    narrows = False

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form."""
        return self._page(request, None)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it, or show the refusal above the form."""
        incident = self.case()
        days = self.said("days")
        try:
            extend(
                incident=incident,
                days=int(days) if days.isdecimal() and len(days) < 4 else 0,
                reason=self.said("reason"),
                actor=Actor("authority", self.person),
                now=timezone.now(),
                is_told_on_paper=bool(self.said("on_paper")),
            )
        except ValidationError as refused:
            return self._page(request, refused)
        messages.success(request, _("The term was extended, and the person was told."))
        return redirect(self.path_of(incident))

    def _page(self, request: HttpRequest, refused: ValidationError | None) -> HttpResponse:
        incident = self.case()
        clock = incident.clocks.running().filter(code=ANSWER, is_binding=True).first()
        regime = regimes().get(clock.regime) if clock else None
        context = {
            "incident": incident,
            "clock": clock,
            "term": term_name(ANSWER),
            "most": longest_extension(clock) if clock else 0,
            "regime": in_language(regime.names) if regime else "",
            "refusals": refused.messages if refused else [],
            "said": request.POST,
            "back": self.path_of(incident),
            "terms": terms_path(self.municipality.slug),
        }
        return render(request, "incidents/terms/extend.html", context)
