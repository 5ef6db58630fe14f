"""One notice as its writers see it: how it will look, whom it reaches, each step, the results."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.generic import TemplateView

from notifications.forms import AttachmentForm, WhyForm
from notifications.models import Announcement
from notifications.present import (
    notice_page,
    preview_rows,
    reach_rows,
    result_rows,
    unread_languages,
)
from notifications.reasons import TOWN
from notifications.services import announcements
from notifications.services.announcements import homes_in, reach_of
from notifications.services.letters import LetterWriter
from notifications.services.results import results_of
from notifications.views.writing import NoticesView
from notifications.workflow import Step, may_step, needs_second_person
from zones.models import SettingChange
from zones.reach import as_words
from zones.setting_words import changes_in_words

State = Announcement.State
LISTED_CHANGES = 30

_DONE = {
    Step.HAND_IN: gettext_lazy("It is handed in."),
    Step.APPROVE: gettext_lazy("It is approved and goes out."),
    Step.SEND_BACK: gettext_lazy("It is a draft again."),
    Step.STOP: gettext_lazy("It is stopped. Nothing was sent."),
    Step.RESUME: gettext_lazy("It is a draft again."),
    Step.WITHDRAW: gettext_lazy("It is withdrawn. Its page says so."),
}
_VERBS: dict[Step, Callable[..., Announcement]] = {
    Step.HAND_IN: announcements.hand_in,
    Step.APPROVE: announcements.approve,
    Step.SEND_BACK: announcements.send_back,
    Step.STOP: announcements.stop,
    Step.RESUME: announcements.resume,
}


@method_decorator(csp_update({"frame-src": ["'self'"]}), name="dispatch")
class NoticeView(NoticesView, TemplateView):
    """Everything about one notice, and the one thing to do next."""

    template_name = "notifications/writing/notice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries."""
        one, now = self.announcement(), timezone.now()
        is_out = one.state in {State.SENDING, State.SENT, State.WITHDRAWN}
        results = results_of(one, now) if is_out else None
        return super().get_context_data(
            one=one,
            state_label=self._state_label(one, results.is_finished if results else False),
            may={step.value: may_step(one.state, step) for step in Step},
            is_own=one.handed_in_by_id == self.membership.user.pk,
            previews=preview_rows(one, LetterWriter(one)),
            missing=unread_languages(one),
            results=result_rows(results) if results else None,
            progress=results.progress if results else 0,
            attachments=list(one.attachments.select_related("picture").order_by("pk")),
            attachment_form=kwargs.pop("attachment_form", None)
            or AttachmentForm(municipality=self.municipality),
            why_form=WhyForm(),
            changes=self._changes(one),
            seconds_left=max(0, int((one.send_at - now).total_seconds())) if one.send_at else 0,
            **self._reach(one, now),
            **notice_page(one, self),
            **kwargs,
        )

    def _reach(self, one: Announcement, now: Any) -> dict[str, Any]:
        """As published now for what is not yet handed in, else as it was then."""
        limit = self.municipality.second_person_above
        if one.state not in {State.DRAFT, State.STOPPED}:
            return {"reach": reach_rows(one.reach), "two": one.state == State.WAITING}
        reach = reach_of(one, now)
        kept = {"homes": reach.homes if reach else 0}
        two = needs_second_person(homes_in(one, kept), limit)
        return {"reach_words": as_words(reach) if reach else "", "two": two, "limit": limit}

    def _state_label(self, one: Announcement, is_finished: bool) -> str:
        """What the clock says, not the worker: when it was done would tell how much it was."""
        if one.state == State.SENT and not is_finished:
            return str(State.SENDING.label)
        return one.get_state_display()

    def _changes(self, one: Announcement) -> list[dict[str, Any]]:
        rows = SettingChange.objects.in_municipality(self.municipality).filter(
            subject="notice", subject_key=str(one.pk)
        )
        newest = rows.select_related("changed_by").order_by("-changed_at", "-pk")[:LISTED_CHANGES]
        return [
            {"change": row, "fields": changes_in_words("notice", row.before, row.after)}
            for row in newest
        ]


class NoticeStepView(NoticesView):
    """One button: hand in, approve, send back, stop, make a draft again, withdraw."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the step, or say why it cannot be taken."""
        one = self.announcement()
        try:
            step = Step(request.POST.get("step", ""))
            verb = announcements.withdraw if step is Step.WITHDRAW else _VERBS[step]
        except (ValueError, KeyError):
            messages.error(request, _("Choose what to do with the notice."))
            return redirect("notifications:notice", slug=kwargs["slug"], pk=kwargs["pk"])
        given: dict[str, Any] = {
            "announcement": one,
            "actor": self.membership.user,
        }
        if step is Step.WITHDRAW:
            given["why"] = request.POST.get("why", "")
        try:
            done = verb(now=timezone.now(), **given)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, self._sentence(step, done))
        return redirect("notifications:notice", slug=kwargs["slug"], pk=kwargs["pk"])

    def _sentence(self, step: Step, done: Announcement) -> str:
        if step is Step.HAND_IN and done.state == State.WAITING:
            return _("It is handed in. Somebody else now has to approve it.")
        return str(_DONE[step])


@method_decorator(xframe_options_exempt, name="dispatch")
class LetterPreviewView(NoticesView):
    """The letter as it arrives, for the frame of the page: it may do nothing but be drawn."""

    def get(self, request: HttpRequest, slug: str, pk: int, language: str) -> HttpResponseBase:
        """The letter in one language."""
        one = self.announcement()
        if language not in self.municipality.languages:
            raise Http404
        with translation.override(language):
            letter = LetterWriter(one).letter(language, TOWN, "#")
        answer = HttpResponse(letter.html)
        answer["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'self'; sandbox"
        )
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
