"""Pages of printing: choosing signs, following a run, and fetching its sheets and its proof."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import TemplateView

from sign_registry.codes import grouped, sign_url
from sign_registry.models import BatchSign, CrewRound, PrintBatch, Sign
from sign_registry.printing import LEAST_RESERVE, Format
from sign_registry.querysets import SignQuerySet
from sign_registry.services.printing import PRINTABLE, PrintOrder, order_batch
from sign_registry.services.signs import plan_spare
from sign_registry.sign_forms import SIZES, PrintChoice, PrintOrderForm
from sign_registry.views.signs import OfficeView
from sign_registry.workflow import State
from zones.exports import csv_file
from zones.names import in_language

_NEWEST = 20


class PrintView(OfficeView, TemplateView):
    """Which signs, how large; and the latest runs."""

    template_name = "signs/print.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The choice with its count, the order form, the latest runs."""
        choice = self._choice()
        chosen = self._chosen(choice)
        batches = PrintBatch.objects.in_municipality(self.municipality).newest_first()[:_NEWEST]
        return super().get_context_data(
            choice=choice,
            count=chosen.count(),
            without_round=chosen.in_state(State.APPROVED).without_round().count(),
            form=kwargs.pop("form", None) or PrintOrderForm(),
            batches=[batch_row(batch) for batch in batches],
            origin=self.municipality.sign_origin,
            is_demo=settings.MEGDAN_DEMO,
            **kwargs,
        )

    def _choice(self) -> PrintChoice:
        data = self.request.GET.dict()
        data.setdefault("state", State.APPROVED)
        return PrintChoice(data, municipality=self.municipality)

    def _chosen(self, choice: PrintChoice) -> SignQuerySet:
        printable = Sign.objects.in_municipality(self.municipality).in_state(*PRINTABLE)
        return choice.chosen(printable, self.today)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Order the run and show how it goes; or say why not."""
        form = PrintOrderForm(request.POST)
        if form.is_valid():
            try:
                batch = self._ordered(form)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                return redirect("signs:batch", slug=slug, pk=batch.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    @transaction.atomic
    def _ordered(self, form: PrintOrderForm) -> PrintBatch:
        given, now = form.cleaned_data, timezone.now()
        choice = self._choice()
        signs = [] if given["only_spares"] else list(self._chosen(choice))
        if given["spares"]:
            purpose = choice.cleaned_data.get("purpose") if choice.is_valid() else ""
            signs += plan_spare(
                municipality=self.municipality,
                purpose=purpose or Sign.Purpose.RATING,
                now=now,
                actor=self.membership,
                count=given["spares"],
            )
        return order_batch(
            municipality=self.municipality,
            signs=signs,
            order=PrintOrder(Format(given["size"]), given["is_demo"]),
            actor=self.membership,
            now=now,
        )


class BatchPage(OfficeView):
    """Anything about one run of this town."""

    def batch(self, pk: int) -> PrintBatch:
        """The run, or no such page."""
        return get_object_or_404(
            PrintBatch.objects.in_municipality(self.municipality).select_related(
                "municipality", "ordered_by__user"
            ),
            pk=pk,
        )


class BatchView(BatchPage, TemplateView):
    """How a run goes, and its proof when it is done."""

    template_name = "signs/batch.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The run as words and figures."""
        batch = self.batch(kwargs["pk"])
        return super().get_context_data(
            batch=batch,
            row=batch_row(batch),
            waits=batch.state in {batch.State.WAITING, batch.State.RUNNING},
            signs=batch.batch_signs.count(),
            rounds=CrewRound.objects.in_municipality(self.municipality).of_batch(batch)[:_NEWEST],
            wanted_reserve=LEAST_RESERVE,
            **kwargs,
        )


class BatchFileView(BatchPage):
    """The sheets, for those who may print; the file lies at no address of its own."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """The PDF as it was proved."""
        batch = self.batch(pk)
        if batch.state != batch.State.DONE or not batch.file:
            return redirect("signs:batch", slug=slug, pk=pk)
        answer = FileResponse(
            batch.file.open("rb"),
            as_attachment=True,
            filename=f"{slug}-signs-{batch.pk}.pdf",
            content_type="application/pdf",
        )
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class BatchNfcView(BatchPage):
    """A list for writing NFC tags: the same address as the code, and where it goes."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """A table in the order of the sheets."""
        batch = self.batch(pk)
        if batch.state != batch.State.DONE:
            return redirect("signs:batch", slug=slug, pk=pk)
        rows = (
            (
                row.position,
                row.round_label,
                row.sign.number,
                grouped(row.code.token),
                sign_url(batch.origin, row.code.token),
                _place(row, batch),
            )
            for row in rows_of(batch)
        )
        columns = ("position", "round", "sign", "code", "url", "place")
        return csv_file(f"{slug}-nfc-{batch.pk}", columns, rows)


class BatchCertificateView(BatchPage):
    """The proof as a table: every code, where it stands, and the reserve that was read."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """First what holds for the whole run, then each code."""
        batch = self.batch(pk)
        if batch.state != batch.State.DONE:
            return redirect("signs:batch", slug=slug, pk=pk)
        columns = ("sha256", "decoder", "proved_at", "page", "sign", "code", "read", "reserve")
        rows = (
            (
                batch.sha256,
                batch.decoder_version,
                batch.finished_at.isoformat() if batch.finished_at else "",
                row.page,
                row.sign.number,
                row.code.token,
                sign_url(batch.origin, row.code.token),
                f"{row.reserve:.2f}" if row.reserve is not None else "",
            )
            for row in rows_of(batch)
        )
        return csv_file(f"{slug}-proof-{batch.pk}", columns, rows)


def rows_of(batch: PrintBatch) -> QuerySet[BatchSign]:
    """The signs of a run in the order of its sheets."""
    return batch.batch_signs.select_related("sign__site", "code").order_by("position")


def _place(row: BatchSign, batch: PrintBatch) -> str:
    town = batch.municipality
    return (
        in_language(row.sign.site.names, town.languages, town.languages[0]) if row.sign.site else ""
    )


def batch_row(batch: PrintBatch) -> dict[str, Any]:
    """One run as lists show it."""
    tones = {batch.State.DONE: "is-good", batch.State.REFUSED: "is-warn"}
    return {
        "pk": batch.pk,
        "size": SIZES.get(Format(batch.format), batch.format),
        "state": batch.state,
        "state_label": batch.get_state_display(),
        "tone": tones.get(PrintBatch.State(batch.state), ""),
        "ordered_at": batch.ordered_at,
        "total": batch.total,
        "is_demo": batch.is_demo,
    }
