"""Importing sites on a page, and setting their categories: list, form, table."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from departments.access import Right
from departments.acts import Act
from departments.csv_rows import Column, FaultyFile
from departments.loading import Loaded
from departments.views.base import ChangeView, StaffView
from departments.views.loading import SHOWN_FAULTS, LoadView
from sign_registry.importing.category_rows import COLUMNS
from sign_registry.importing.site_rows import PARTS, Defaults, site_rows
from sign_registry.importing.site_uploads import read_upload
from sign_registry.models import ReasonTag, SiteCategory
from sign_registry.services.site_categories import load_categories, save_category
from sign_registry.services.site_entrances import EntranceImport, EntranceReport, import_entrances
from sign_registry.services.site_imports import SiteImport, import_sites
from sign_registry.site_forms import CategoryForm
from zones.exports import csv_file
from zones.importing.rows import Source
from zones.models.municipality import LANGUAGES
from zones.views import ExportedView


class SiteImportView(LoadView):
    """Sites from a table or GeoJSON: tried first, then confirmed."""

    right = Right.EDIT_SITES
    title = gettext_lazy("Import places")
    columns = tuple(Column(part, is_required=part == "code") for part in PARTS)
    list_name = "signs:site_office"
    template_name = "signs/site_import.html"

    def load(self, raw: bytes, act: Act, *, is_trial: bool) -> Loaded:
        """Read the file by the one parser, and import it as a whole."""
        cells, faults = read_upload(raw)
        rows, refused = site_rows(cells, Defaults(self.municipality.languages[0]))
        report = import_sites(
            municipality=self.municipality,
            rows=rows,
            settings=SiteImport(
                source=Source(act.origin or _("Entered by the town office"), "-"),
                origin=act.origin,
                dry_run=is_trial,
            ),
            actor=self.membership,
            now=act.now,
            faults=[*faults, *refused],
        )
        if not report.is_storable:
            raise FaultyFile(report.faults)
        self.remarks = report.remarks
        return Loaded(report.added, report.changed, report.unchanged)

    def said(self, loaded: Loaded) -> str:
        """How many came; the list offers the next step."""
        count = len(loaded.added)
        if not count:
            return super().said(loaded)
        said = ngettext("%(count)d new place is in.", "%(count)d new places are in.", count)
        return said % {"count": count}


class SiteEntrancesView(StaffView, TemplateView):
    """Sites and registration signs for the block entrances of the register: tried, then made."""

    right = Right.EDIT_SITES
    template_name = "signs/site_entrances.html"

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Say what would change, or change it."""
        is_trial = "store" not in request.POST
        try:
            report = import_entrances(
                municipality=self.municipality,
                actor=self.membership,
                now=self.act.now,
                settings=EntranceImport(dry_run=is_trial),
            )
        except ValidationError as refused:
            return self._shown(status=422, refusal=" ".join(refused.messages))
        if report.faults:
            sentence = _("Some addresses cannot become places. Mend them in the register first.")
            faults = report.faults[:SHOWN_FAULTS]
            return self._shown(status=422, refusal=sentence, faults=faults)
        if is_trial:
            return self._shown(
                report=report,
                shown_repeated=report.repeated[:SHOWN_FAULTS],
                shown_left_over=report.left_over[:SHOWN_FAULTS],
            )
        messages.success(request, _made(report))
        return redirect(self._back())

    def _shown(self, status: int = 200, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context), status=status)

    def _back(self) -> str:
        return reverse("signs:site_office", args=[self.municipality.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way back beside what was found."""
        return super().get_context_data(back=self._back(), **kwargs)


def _made(report: EntranceReport) -> str:
    places, signs = len(report.added), report.planned
    said = ngettext("%(count)d new place is in.", "%(count)d new places are in.", places) % {
        "count": places
    }
    planned = ngettext("%(count)d sign is planned.", "%(count)d signs are planned.", signs) % {
        "count": signs
    }
    return f"{said} {planned}"


class CategoryListView(StaffView, ExportedView, TemplateView):
    """Categories with their question and reasons; the file can be loaded back."""

    right = Right.EDIT_SITES
    template_name = "signs/site_categories.html"

    @cached_property
    def categories(self) -> list[SiteCategory]:
        """All of the town, those in use first. Two queries."""
        reasons = Prefetch("reasons", ReasonTag.objects.in_use().order_by("pk"))
        rows = SiteCategory.objects.in_municipality(self.municipality)
        return list(rows.prefetch_related(reasons).order_by("-is_active", "pk"))

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The columns of load_categories."""
        return {"csv": self._csv}

    def _csv(self) -> HttpResponseBase:
        rows = (row for category in self.categories for row in _cells(category))
        names = [column.name for column in COLUMNS]
        return csv_file(f"{self.municipality.slug}-site-categories", names, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each category with the numbers of its reasons."""
        return super().get_context_data(categories=self.categories, **kwargs)


class CategoryChangeView(ChangeView):
    """Names, question and use of one category."""

    right = Right.EDIT_SITES
    form_class = CategoryForm

    @cached_property
    def category(self) -> SiteCategory:
        """The one of the address."""
        own = SiteCategory.objects.in_municipality(self.municipality)
        return get_object_or_404(own.select_related("municipality"), pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form starts from what there is."""
        return {**super().get_form_kwargs(), "category": self.category}

    def store(self, form: Any) -> str:
        """Save it with the reasons it has."""
        saved, _is_new = save_category(
            municipality=self.municipality,
            row=form.row(),
            actor=self.membership,
            now=self.act.now,
        )
        return _("%(name)s is saved.") % {"name": saved.name}

    def back(self) -> str:
        """The list."""
        return reverse("signs:site_categories", args=[self.municipality.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words around the form."""
        return super().get_context_data(title=self.category.name, submit=_("Save"), **kwargs)


class CategoryLoadView(LoadView):
    """Categories, questions and reasons from a table."""

    right = Right.EDIT_SITES
    title = gettext_lazy("Load categories of places")
    columns = COLUMNS
    list_name = "signs:site_categories"

    def load(self, raw: bytes, act: Act, *, is_trial: bool) -> Loaded:
        """One file, one town."""
        loaded = load_categories(
            municipality=self.municipality,
            raw=raw,
            actor=self.membership,
            now=act.now,
            origin=act.origin,
            dry_run=is_trial,
        )
        return Loaded(loaded.added, loaded.changed, len(loaded.unchanged))


def _cells(category: SiteCategory) -> list[list[str]]:
    """A category and its reasons as rows of the table it can be loaded from."""
    use = "yes" if category.is_active else "no"
    names = [category.names.get(code, "") for code in LANGUAGES]
    questions = [category.questions.get(code, "") for code in LANGUAGES]
    first = [category.code, "", "", category.aspect, category.icon, category.compare_group, use]
    rows = [[*first, *names, *questions]]
    for tag in category.reasons.all():
        texts = [tag.names.get(code, "") for code in LANGUAGES]
        rows.append(
            [category.code, tag.code, tag.band, "", "", "", "yes", *texts, *[""] * len(LANGUAGES)]
        )
    return rows
