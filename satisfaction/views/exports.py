"""What leaves the house: pictures, texts and tables of the figures of one choice."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from departments.access import Right
from satisfaction.charts import FORMATS, Shape, save
from satisfaction.exports import attachment, csv_table, geojson_table, parquet_table
from satisfaction.models import Alert, SiteFigure
from satisfaction.present.export_page import page_of
from satisfaction.present.pictures import What, draw
from satisfaction.present.publication import Publication
from satisfaction.selection import Selection
from satisfaction.sentences import alt_text, sentence
from satisfaction.views.press_base import PressPage

Choice = TypeVar("Choice", bound=StrEnum)
#: A reader who looks at the same picture again within minutes is given the same one.
KEPT_S = 300
#: Longer numbers are no key of ours.
LONGEST_NUMBER = 18


class ExportView(PressPage):
    """One file about a choice of figures, in the language asked for by `lang`."""

    right = Right.PUBLISH

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Speak the language that is asked for; one we do not know is not found."""
        super().setup(request, *args, **kwargs)
        if asked := request.GET.get("lang", ""):
            if asked not in dict(settings.LANGUAGES):
                raise Http404
            translation.activate(asked)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The file, or a page that says until when the owner may still reply."""
        if alert := self.withheld_alert:
            return withheld(request, alert)
        return self.answer(self.publication, **kwargs)

    def answer(self, publication: Publication, **kwargs: Any) -> HttpResponseBase:
        """Make the file."""
        raise NotImplementedError

    @cached_property
    def chosen(self) -> Selection:
        """The choice in the address; a town without figures has no files."""
        if self.selection is None:
            raise Http404
        return self.selection

    @cached_property
    def publication(self) -> Publication:
        """What the file is about."""
        press = reverse("satisfaction:press", args=[self.municipality.slug])
        if self.figure:
            press = reverse(
                "satisfaction:press_site", args=[self.municipality.slug, self.figure.site_id]
            )
        address = self.request.build_absolute_uri(f"{press}?{self.chosen.query()}")
        return Publication(self.chosen, self.figure, self.language, self.order, address, self.today)

    @cached_property
    def figure(self) -> SiteFigure | None:
        """The figure of the one place asked for by `site`, if one is."""
        asked = self.request.GET.get("site", "")
        if not asked:
            return None
        if not asked.isdecimal() or len(asked) > LONGEST_NUMBER:
            raise Http404
        return get_object_or_404(self.chosen.site_figures(), site=int(asked))

    @cached_property
    def withheld_alert(self) -> Alert | None:
        """The fall whose owner may still reply, where the file is about its place alone."""
        alone = {self.figure.site_id} if self.figure else self._only_place()
        found = Alert.objects.in_municipality(self.municipality).withheld_on(self.today)
        return found.filter(site__in=alone).select_related("site").first()

    def _only_place(self) -> set[int]:
        """The place of a choice that holds no other."""
        if not (self.chosen.category or self.chosen.zone):
            return set()
        found = set(self.chosen.site_figures().values_list("site", flat=True)[:2])
        return found if len(found) == 1 else set()


class PictureView(ExportView):
    """A picture: `what` is drawn, in which `shape`; the format stands in the address."""

    def answer(self, publication: Publication, **kwargs: Any) -> HttpResponseBase:
        """Draw it, or say that there is nothing to draw."""
        form = kwargs["form"]
        what = _one_of(What, self.request.GET.get("what", What.PLACES))
        shape = _one_of(Shape, self.request.GET.get("shape", Shape.WIDE))
        drawn = draw(publication, what, shape) if form in FORMATS else None
        if drawn is None:
            raise Http404
        name = publication.filename(what, shape, self.language)
        answer = attachment(save(*drawn, form), f"{name}.{form}", FORMATS[form])
        answer["Cache-Control"] = f"private, max-age={KEPT_S}"
        return answer


class TextView(ExportView):
    """The sentence with its figure and period, and how it is cited."""

    def answer(self, publication: Publication, **kwargs: Any) -> HttpResponseBase:
        """Plain text; a choice without a figure of its own has no sentence."""
        fact = publication.fact
        if fact is None:
            raise Http404
        parts = (
            publication.embargo,
            sentence(fact, self.language),
            alt_text(fact, self.language).removeprefix(sentence(fact, self.language)).strip(),
            publication.citation,
        )
        text = "\n\n".join(part for part in parts if part) + "\n"
        name = publication.filename("text", self.language)
        return attachment(text.encode(), f"{name}.txt", "text/plain; charset=utf-8")


class TableView(ExportView):
    """Places with a figure as CSV, for everybody who sees the figures on the page."""

    right = Right.SEE_RATINGS
    make: Callable[[Publication], HttpResponseBase] = staticmethod(csv_table)

    def answer(self, publication: Publication, **kwargs: Any) -> HttpResponseBase:
        """The rows."""
        return self.make(publication)


class GeoTableView(TableView):
    """The same with shapes, as GeoJSON or GeoParquet."""

    right = Right.PUBLISH
    make = staticmethod(geojson_table)


class ParquetTableView(GeoTableView):
    """GeoParquet."""

    make = staticmethod(parquet_table)


class ExportPageView(TemplateResponseMixin, ContextMixin, ExportView):
    """Export and cite: the sentence, the pictures, and every format of a choice on one page."""

    template_name = "satisfaction/press/export.html"

    def answer(self, publication: Publication, **kwargs: Any) -> HttpResponseBase:
        """The page."""
        return self.render_to_response(self.get_context_data(**page_of(publication), **kwargs))


def withheld(request: HttpRequest, alert: Alert) -> HttpResponse:
    """Say why a place is not published yet, and from when it may be."""
    return render(
        request,
        "satisfaction/press/withheld.html",
        {"alert": alert, "municipality": alert.municipality},
        status=409,
    )


def _one_of(kind: type[Choice], asked: str) -> Choice:
    try:
        return kind(asked)
    except ValueError:
        raise Http404 from None
