"""The desk of what was said: moderators release or refuse, those who consult answer."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import ListView

from accounts.models import User
from consultations.answer_forms import AnswerForm, ZoneAnswerForm
from consultations.models import Contribution
from consultations.present.answers import zone_rows, zones_of
from consultations.present.voices import COLUMNS, about_words, answer_of, plain
from consultations.services.answering import (
    MOST_AT_ONCE,
    answer_contributions,
    answer_zone,
    draft_notice,
)
from consultations.services.moderating import decide
from consultations.services.telling import process_path
from consultations.views.base import ConsultationsView, ConsultProcessView
from departments.access import Right
from departments.views import StaffView
from notifications.paths import absolute
from zones.exports import csv_file
from zones.views import ExportedView

WAITING, UNANSWERED, ANSWERED, REFUSED, ZONES = (
    "waiting", "unanswered", "answered", "refused", "zones",
)  # fmt: skip


def desk_row(one: Contribution, order: list[str]) -> dict[str, Any]:
    """One contribution as staff sees it: without its author and the author's home."""
    return {
        "pk": one.pk,
        "process": one.process,
        "kind": one.get_kind_display(),
        "is_reply": one.parent_id is not None,
        "text": one.words,
        "masked": one.submission.masked,
        "standing": one.get_standing_display(),
        "organisation": one.organisation,
        "about": about_words(one, order),
        "said_at": one.said_at,
        "answer": answer_of(one, order),
    }


def wanted(request: HttpRequest, rows: QuerySet[Contribution]) -> Contribution:
    """The contribution a form names; one of another town or consultation is not found."""
    number = request.POST.get("contribution", "")
    if not number.isdecimal() or len(number) > 12:
        raise Http404
    found = rows.select_related("submission", "author", "process__municipality")
    return get_object_or_404(found, pk=int(number))


class VoicesView(ConsultProcessView, ExportedView, ListView[Contribution]):
    """What was said in one consultation, by where it stands; also as CSV."""

    template_name = "consultations/voices.html"
    paginate_by = 25

    @cached_property
    def stands(self) -> str:
        """What is shown; an unknown word is not found."""
        asked = self.request.GET.get("stands", WAITING)
        if asked not in (WAITING, UNANSWERED, ANSWERED, REFUSED, ZONES):
            raise Http404
        return asked

    def get_queryset(self) -> QuerySet[Contribution]:
        """The oldest first."""
        rows = self._standing(self.stands).select_related("submission", "layer", "part", "answer")
        return rows.select_related("process").order_by("said_at", "pk")

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows, counts, and the forms of answers."""
        context = super().get_context_data(**kwargs)
        page, process = context["page_obj"], self.process
        order = self.municipality.languages
        page.object_list = [desk_row(one, order) for one in page.object_list]
        is_zones = self.stands == ZONES
        return {
            **context,
            "page": page,
            "process": process,
            "stands": self.stands,
            "tabs": self._tabs(),
            "form": self._form(),
            "zones": zone_rows(process, self.language) if is_zones else [],
            "has_notices": "notices" in self.municipality.modules,
        }

    def _form(self) -> AnswerForm | None:
        if self.stands == ZONES:
            zones = zones_of(self.process, self.language)
            return ZoneAnswerForm(process=self.process, zones=zones)
        if self.stands in (UNANSWERED, ANSWERED):
            return AnswerForm(process=self.process)
        return None

    def _tabs(self) -> list[tuple[str, str, int | None]]:
        words = (
            (WAITING, _("To be looked at")),
            (UNANSWERED, _("Without an answer")),
            (ANSWERED, _("Answered")),
            (REFUSED, _("Refused")),
        )
        counted = [(code, label, self._standing(code).count()) for code, label in words]
        return [*counted, (ZONES, _("By neighbourhood"), None)]

    def _standing(self, stands: str) -> QuerySet[Contribution]:
        rows = Contribution.objects.filter(process=self.process)
        if stands == WAITING:
            return rows.waiting()
        if stands == REFUSED:
            return rows.filter(submission__state="refused")
        if stands == ZONES:
            return rows.none()
        released = rows.filter(submission__state="released")
        if stands == UNANSWERED:
            return released.spoken().filter(answer__isnull=True)
        return released.filter(answer__isnull=False)

    def _csv(self) -> HttpResponseBase:
        order = self.municipality.languages
        rows = self.get_queryset().iterator(chunk_size=200)
        name = f"{self.municipality.slug}-consultation-{self.process.number}-{self.stands}"
        return csv_file(name, COLUMNS, (list(plain(one, order).values()) for one in rows))


class VoiceAction(ConsultProcessView):
    """One form, one service; afterwards the list it stood on."""

    stands = WAITING

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it, or say what is wrong."""
        try:
            messages.success(request, self.act_on())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(self.back())

    def act_on(self) -> str:
        """Call the service; give the sentence to show."""
        raise NotImplementedError

    def back(self) -> str:
        """The list, as it stood."""
        asked = self.request.POST.get("stands", "")
        stands = asked if asked in (UNANSWERED, ANSWERED, REFUSED, ZONES) else self.stands
        path = reverse("consultations:voices", args=[self.municipality.slug, self.process.pk])
        return f"{path}?stands={stands}"

    def checked(self, form: AnswerForm) -> AnswerForm:
        """The form, or its refusals as one."""
        if not form.is_valid():
            raise ValidationError(
                [
                    f"{form[name].label}: {' '.join(map(str, told))}"
                    for name, told in form.errors.items()
                ]
            )
        return form


class DecideView(VoiceAction):
    """Releases or refuses one contribution."""

    def act_on(self) -> str:
        """Decide, with the reason of a refusal."""
        rows = Contribution.objects.filter(process=self.process)
        return decided(self.request, wanted(self.request, rows), self.membership.user, self.act.now)


class AnswerSaidView(VoiceAction):
    """Answers the chosen contributions at once."""

    stands = UNANSWERED

    def act_on(self) -> str:
        """One outcome and one reason for all of them."""
        chosen = [one for one in self.request.POST.getlist("chosen") if one.isdecimal()]
        ids = [int(one) for one in chosen if len(one) <= 12][:MOST_AT_ONCE]
        form = self.checked(AnswerForm(self.request.POST, process=self.process))
        many = answer_contributions(
            process=self.process,
            contributions=Contribution.objects.filter(process=self.process, pk__in=ids),
            outcome=form.cleaned_data["outcome"],
            texts=form.texts(),
            actor=self.membership.user,
            now=self.act.now,
        )
        return ngettext("%(many)d was answered.", "%(many)d were answered.", many) % {"many": many}


class AnswerZoneView(VoiceAction):
    """Answers for a whole neighbourhood."""

    stands = ZONES

    def act_on(self) -> str:
        """One outcome and one reason."""
        zones = zones_of(self.process, self.language)
        form = ZoneAnswerForm(self.request.POST, process=self.process, zones=zones)
        self.checked(form)
        answer_zone(
            process=self.process,
            zone=form.cleaned_data["zone"],
            outcome=form.cleaned_data["outcome"],
            texts=form.texts(),
            actor=self.membership.user,
            now=self.act.now,
        )
        return _("The neighbourhood has its answer.")


class TellAreaView(VoiceAction):
    """Drafts a notice to those in the area; a second step sends it."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Make the draft and open it; what the service refuses is said on the list."""
        if "notices" not in self.municipality.modules or self.process.state != "published":
            raise Http404
        page = absolute(self.municipality.sign_origin, process_path(self.process, "answers/"))
        try:
            draft = draft_notice(
                process=self.process, page=page, actor=self.membership.user, now=self.act.now
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(self.back())
        messages.success(request, _("Look at the notice and send it out."))
        return redirect(f"/{self.municipality.slug}/notices/{draft.pk}/")


class ModerationView(ConsultationsView, StaffView, ListView[Contribution]):
    """Everything of the town's consultations that waits for a moderator, the oldest first."""

    right = Right.MODERATE
    template_name = "consultations/moderation.html"
    paginate_by = 25

    def get_queryset(self) -> QuerySet[Contribution]:
        """What waits."""
        rows = Contribution.objects.in_municipality(self.municipality).waiting()
        return rows.select_related("submission", "layer", "part", "process", "answer")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows as staff sees them."""
        context = super().get_context_data(**kwargs)
        page, order = context["page_obj"], self.municipality.languages
        page.object_list = [desk_row(one, order) for one in page.object_list]
        return {**context, "page": page, "waiting": page.paginator.count}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Decide about one."""
        own = Contribution.objects.in_municipality(self.municipality)
        one = wanted(request, own)
        try:
            messages.success(request, decided(request, one, self.membership.user, self.act.now))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(request.path)


def decided(request: HttpRequest, one: Contribution, actor: User, now: dt.datetime) -> str:
    """Release or refuse as the form says; give the sentence to show."""
    state = request.POST.get("state", "")
    reason = request.POST.get("reason", "").replace("\x00", "")
    decide(contribution=one, state=state, actor=actor, now=now, reason=reason)
    if state == "released":
        return _("Everybody can see it now.")
    return _("Nobody outside sees it.")
