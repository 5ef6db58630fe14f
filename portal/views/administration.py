"""What a town's administrators see and set: settings, remarks of residents, quality of the map."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, ListView, TemplateView

from departments.views import AdministrationView
from portal.forms import SettleForm, TownForm
from portal.quality import report_rows
from zones.exports import csv_file
from zones.forms import add_refusal
from zones.models import Correction, ZoneEdition
from zones.paths import here_path
from zones.services.corrections import settle_correction
from zones.services.town_settings import TownChoices, set_town
from zones.views import ExportedView


class TownSettingsView(AdministrationView, FormView[TownForm]):
    """Names, colour, arms, modules, sender."""

    template_name = "portal/town_admin.html"
    form_class = TownForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form starts from what the town has."""
        return {**super().get_form_kwargs(), "municipality": self.municipality}

    def form_valid(self, form: TownForm) -> HttpResponse:
        """Store, or put the service's refusal at its field."""
        upload = form.cleaned_data["arms"]
        try:
            set_town(
                municipality=self.municipality,
                choices=TownChoices(
                    names=form.names(),
                    accent=form.cleaned_data["accent"],
                    modules=form.cleaned_data["modules"],
                    mail_sender=form.cleaned_data["mail_sender"],
                    arms=upload.read() if upload else None,
                    sign_origin=form.cleaned_data["sign_origin"],
                    residents=form.resident_rules(),
                ),
                actor=self.membership.user,
                now=timezone.now(),
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        return redirect(self.request.path + "?saved=1")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with what waits beside it."""
        town = self.municipality
        return super().get_context_data(
            saved=self.request.GET.get("saved") == "1",
            counts={
                "open_corrections": Correction.objects.in_municipality(town).waiting().count(),
                "editions": ZoneEdition.objects.in_municipality(town).count(),
            },
            **kwargs,
        )


class CorrectionListView(AdministrationView, ExportedView, ListView[Correction]):
    """What residents said, open remarks first; also as CSV."""

    template_name = "portal/corrections.html"
    paginate_by = 30

    def get_queryset(self) -> QuerySet[Correction]:
        """All remarks of the town: the open ones oldest first, then the settled."""
        return Correction.objects.in_municipality(self.municipality).in_working_order()

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table for the office."""
        return {"csv": self._csv}

    def _csv(self) -> HttpResponseBase:
        columns = ("id", "received", "longitude", "latitude", "said", "text", "state", "note")
        rows = (
            (
                row.pk,
                row.created_at.isoformat(),
                row.location.x,
                row.location.y,
                row.said,
                row.text,
                row.state,
                row.note,
            )
            for row in self.get_queryset().iterator(chunk_size=500)
        )
        return csv_file(f"{self.municipality.slug}-remarks", columns, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows as the page shows them."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [_row(self.municipality.slug, row) for row in page.object_list]
        waiting = Correction.objects.in_municipality(self.municipality).waiting()
        return {**context, "page": page, "open_count": waiting.count()}


class CorrectionSettleView(AdministrationView):
    """Settles one remark."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Store what was done and go back to the list."""
        correction = get_object_or_404(Correction.objects.in_municipality(self.municipality), pk=pk)
        form = SettleForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Say whether the remark was put right or left as it is."))
            return redirect("portal:corrections", slug=slug)
        try:
            settle_correction(
                correction=correction,
                state=Correction.State(form.cleaned_data["state"]),
                note=form.cleaned_data["note"],
                actor=request.user,  # type: ignore[arg-type] # AdministrationView lets only users in
                now=timezone.now(),
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("Settled."))
        return redirect("portal:corrections", slug=slug)


class QualityView(AdministrationView, TemplateView):
    """What each load of zones and addresses found."""

    template_name = "portal/quality.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest edition of each kind."""
        return super().get_context_data(reports=report_rows(self.municipality), **kwargs)


def _row(slug: str, correction: Correction) -> dict[str, Any]:
    return {
        "id": correction.pk,
        "created_at": correction.created_at,
        "said": correction.said,
        "text": correction.text,
        "note": correction.note,
        "state": correction.state,
        "state_label": correction.get_state_display(),
        "place_url": here_path(slug, correction.location.x, correction.location.y),
    }
