"""The copy of a town to practise on: made and removed by administrators, its letters for staff."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from departments.views import AdministrationView
from outbox.models import OutboxMessage
from portal.practice.making import STEPS, steps_done
from portal.practice.words import copied_rows, invented_rows, problem_words
from zones.models import Municipality, PracticeOrder
from zones.services.practice_orders import order_practice
from zones.views import TownView


class OfRealTown(AdministrationView):
    """A page about the copy of a town; the copy itself has none."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """404 in a copy."""
        if self.municipality.is_practice:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def order(self) -> PracticeOrder | None:
        """What was ordered last."""
        return PracticeOrder.objects.in_municipality(self.municipality).first()

    @property
    def is_working(self) -> bool:
        """Whether the worker has something to do."""
        return self.order is not None and self.order.state == PracticeOrder.State.WAITING


class PracticeView(OfRealTown, TemplateView):
    """Whether there is a copy, what is in it, and the buttons to make it, start over, remove it."""

    template_name = "portal/practice/office.html"

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Order it; what is lost by that has to be confirmed."""
        wish = request.POST.get("wish", "")
        try:
            if wish not in PracticeOrder.Wish.values:
                raise ValidationError(_("Press one of the buttons of the page."))
            if self.copy is not None and request.POST.get("sure") != "yes":
                raise ValidationError(_("Confirm that what was practised is lost."))
            order_practice(
                municipality=self.municipality,
                wish=wish,
                actor=self.membership.user,
                now=timezone.now(),
            )
        except ValidationError as refused:
            sentence = " ".join(refused.messages)
            return self.render_to_response(
                self.get_context_data(refusal=sentence, wish=wish), status=422
            )
        messages.success(request, _("Ordered. It takes less than a minute in most towns."))
        return redirect("portal:practice", slug=slug)

    @cached_property
    def copy(self) -> Municipality | None:
        """The copy, without its outline."""
        copies = Municipality.objects.defer("outline", "arms")
        return copies.filter(practice_of=self.municipality).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Two queries: the copy and the last order."""
        order = self.order
        report = order.report if order else {}
        return super().get_context_data(
            copy=self.copy,
            order=order,
            is_working=self.is_working,
            done=steps_done(order) if order and self.is_working else 0,
            total=STEPS,
            problem=problem_words(order.problem) if order else "",
            copied=copied_rows(report.get("rows", {})),
            invented=invented_rows(report.get("invented", {})),
            state_url=reverse("portal:practice_state", args=[self.municipality.slug]),
            **kwargs,
        )


class PracticeStateView(OfRealTown):
    """How far the worker is, for the page that waits."""

    def get(self, request: HttpRequest, slug: str) -> JsonResponse:
        """One query."""
        done = steps_done(self.order) if self.order and self.is_working else 0
        answer = JsonResponse(
            {
                "state": self.order.state if self.order else "",
                "isWorking": self.is_working,
                "done": done,
                "total": STEPS,
                "step": _("%(done)d of %(total)d steps") % {"done": done, "total": STEPS},
            }
        )
        answer["Cache-Control"] = "no-store"
        return answer


class InPractice(TownView):
    """A page that only a copy has; who may see a copy at all is decided at its gate."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """404 in a real town."""
        if not self.municipality.is_practice:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[OutboxMessage]:
        """Messages of this copy, newest first."""
        own = OutboxMessage.objects.in_queue(self.municipality.slug)
        return own.order_by("-created_at", "-pk")


class PracticeMailView(InPractice, ListView[OutboxMessage]):
    """What would have left the town hall: letters, text messages, messages on phones."""

    template_name = "portal/practice/mail.html"
    paginate_by = 50


class PracticeLetterView(InPractice, TemplateView):
    """One of them, as plain text."""

    template_name = "portal/practice/letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One query."""
        letter = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return super().get_context_data(letter=letter, **kwargs)
