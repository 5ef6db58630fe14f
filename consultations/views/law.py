"""The page of the legal notice for those who prepare it, and what a head may do against it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consultations.law_forms import NoticeForm, OverrideForm, ProofForm, reasons_in
from consultations.models import LegalNotice, Process
from consultations.present.law import asked_by_law, piles_of, proof_rows, story_of
from consultations.services.law import (
    edition_of,
    faults,
    kept_days,
    notice_of,
    override,
    regime_of,
    set_notice,
    unanswered,
)
from consultations.services.law_proofs import record_proof
from consultations.services.law_texts import public_path
from consultations.views.base import ConsultationsView, ConsultProcessView
from departments.access import Right, may_for_department
from departments.views import StaffView
from notifications.paths import absolute
from notifications.services.paper import doors_within
from zones.forms import add_refusal

PER_PAGE = 20


class LawView(ConsultProcessView, TemplateView):
    """Choosing the law and the days, with what was reckoned and what is wrong."""

    template_name = "consultations/law/page.html"

    @cached_property
    def notice(self) -> LegalNotice | None:
        """The notice, where there is one."""
        return notice_of(self.process)

    @property
    def link(self) -> str:
        """The public page, as it is printed."""
        origin = self.municipality.sign_origin or self.request.build_absolute_uri("/")[:-1]
        return absolute(origin, public_path(self.process))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep the days; or say what is wrong with them."""
        form = self._form(request.POST)
        if form.is_valid():
            try:
                set_notice(
                    process=self.process,
                    plan=form.plan(),
                    actor=self.membership.user,
                    now=timezone.now(),
                )
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _("Kept. The days were counted."))
                return self._back()
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Faults, days, the form, proofs, paper, what waits for an answer."""
        notice, now = self.notice, timezone.now()
        edition = edition_of(notice, self.today) if notice else None
        context = {
            "process": self.process,
            "notice": notice,
            "faults": faults(self.process, now),
            "form": kwargs.pop("form", None) or self._form(None),
            "link": self.link,
        }
        if notice is not None and edition is not None:
            waiting = Paginator(unanswered(self.process), PER_PAGE)
            context |= {
                "regime": regime_of(notice),
                "edition": edition,
                "asks": asked_by_law(edition),
                "days": kept_days(notice),
                "story": story_of(notice, kept_days(notice), self.today),
                "proofs": proof_rows(list(notice.proofs.select_related("recorded_by"))),
                "answer_by": notice.decides_on if "answers" in edition.duties else None,
                "proof_form": kwargs.pop("proof_form", None)
                or ProofForm(edition=edition, today=self.today),
                "page": waiting.get_page(self.request.GET.get("page")),
                **self._paper(),
            }
        may_sign = self._may_sign()
        return super().get_context_data(**{**context, "may_sign": may_sign, **kwargs})

    def _may_sign(self) -> bool:
        actor, town = self.membership.user, self.municipality
        office = self.process.department
        return may_for_department(actor, town, Right.SIGN, office, self.today)

    def _paper(self) -> dict[str, Any]:
        if self.process.area is None or self.process.area.geometry is None:
            return {"doors": None}
        try:
            doors = len(doors_within(self.municipality, self.process.area))
        except ValidationError as refused:
            return {"doors": None, "no_posters": " ".join(refused.messages)}
        return {"doors": doors, "piles": piles_of(doors, self.municipality.languages)}

    def _form(self, data: Any) -> NoticeForm:
        return NoticeForm(data, municipality=self.municipality, notice=self.notice)

    def _back(self) -> HttpResponse:
        return redirect("consultations:law", slug=self.municipality.slug, pk=self.process.pk)


class LawProofView(LawView):
    """Recording where the notice stood."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep the proof; or say what is wrong with it."""
        notice = get_object_or_404(LegalNotice, process=self.process)
        edition = edition_of(notice, self.today)
        form = ProofForm(request.POST, edition=edition, today=self.today)
        if form.is_valid():
            try:
                record_proof(
                    notice=notice,
                    **form.cleaned_data,
                    link=self.link,
                    actor=self.membership.user,
                    now=timezone.now(),
                )
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _("Recorded, with the words of the notice."))
                return self._back()
        return self.render_to_response(self.get_context_data(proof_form=form), status=422)


class LawOverrideView(ConsultationsView, StaffView, TemplateView):
    """A head goes against what blocks; heads need not be planners for it."""

    right = Right.SIGN
    narrows = True
    template_name = "consultations/law/override.html"

    @cached_property
    def process(self) -> Process:
        """A consultation of this town, of an office that the person signs for."""
        rows = Process.objects.in_municipality(self.municipality)
        found = get_object_or_404(
            rows.select_related("municipality", "area", "department"), pk=self.kwargs["pk"]
        )
        reach = self.own_departments
        if reach is not None and found.department_id not in reach:
            raise PermissionDenied
        return found

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep the reason, which is public from then on."""
        notice = get_object_or_404(LegalNotice, process=self.process)
        form = OverrideForm(request.POST, municipality=self.municipality)
        if form.is_valid():
            try:
                override(
                    notice=notice,
                    why=reasons_in(form.cleaned_data, "why"),
                    actor=self.membership.user,
                    now=timezone.now(),
                )
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _("Kept. The reason stands on the public notice."))
                return redirect(request.path)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What blocks, and the reasons given."""
        form = kwargs.pop("form", None) or OverrideForm(municipality=self.municipality)
        found = faults(self.process, timezone.now())
        return super().get_context_data(
            process=self.process,
            notice=notice_of(self.process),
            faults=found,
            blocks=any(one.is_blocking for one in found),
            form=form,
            **kwargs,
        )
