"""The roll as observers and planners read it: lines without names, looks, making and closing."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView

from consultations.eligibility import Why
from consultations.models import Phase, Process, Roll, RollEntry, RollLook
from consultations.phases import Action, PhaseKind
from consultations.present.admissions import admission_rows
from consultations.present.roll import line_cells, reason_words
from consultations.services.closing import CountsDifferError, close_vote
from consultations.services.counting_votes import vote_of
from consultations.services.rolls import look_up, make_roll, note_look
from consultations.views.base import ConsultationsView, ConsultProcessView, ProcessView
from departments.access import Right, may
from departments.views import StaffView
from departments.views.base import ActionView
from zones.exports import csv_file
from zones.views import ExportedView

LINES = ("line", "zone", "reason", "how_sure")
LOOKS = ("when", "who", "asked")


class ObserverView(ConsultationsView, StaffView):
    """A page of those who watch over votes and those who prepare them; nothing is cached."""

    right = Right.READ_ROLL

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep it out of caches."""
        answer = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer


class RollListView(ObserverView, ListView[Phase]):
    """Every vote of the town with its roll, the newest first."""

    template_name = "consultations/vote/rolls.html"
    paginate_by = 30

    def get_queryset(self) -> QuerySet[Phase]:
        """Votes of published consultations, and of those withdrawn later."""
        rows = Phase.objects.filter(process__municipality=self.municipality, kind=PhaseKind.VOTE)
        rows = rows.exclude(process__state=Process.State.DRAFT).select_related("process", "roll")
        return rows.order_by("-starts_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of them."""
        context = super().get_context_data(**kwargs)
        return {**context, "page": context["page_obj"]}


class RollReadView(ProcessView, ObserverView, ExportedView):
    """A page about the roll of one vote."""

    @property
    def own(self) -> QuerySet[Process]:
        """Every consultation of the town."""
        return Process.objects.in_municipality(self.municipality)

    @cached_property
    def phase(self) -> Phase:
        """The vote; a consultation without one has no roll."""
        found = vote_of(self.process)
        if found is None:
            raise Http404
        return found

    @cached_property
    def roll(self) -> Roll | None:
        """The roll, once it was made."""
        return Roll.objects.filter(phase=self.phase).first()


class RollView(RollReadView, ListView[RollEntry]):
    """Lines by zone and reason without names; a person is looked up by name, which is recorded."""

    template_name = "consultations/vote/roll.html"
    paginate_by = 50

    @cached_property
    def why(self) -> str:
        """Those of one reason, or all; an unknown one is not found."""
        asked = self.request.GET.get("why", "")
        if asked not in ("", *Why):
            raise Http404
        return asked

    def get_queryset(self) -> QuerySet[RollEntry]:
        """Lines of the roll, in the order of nothing that tells a person."""
        rows = RollEntry.objects.filter(roll=self.roll) if self.roll else RollEntry.objects.none()
        if self.why:
            rows = rows.filter(why=self.why)
        return rows.select_related("zone").order_by("zone", "why", "pk")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; the look is written down."""
        self._note(f"lines {request.GET.get('page', '1')[:10]} {self.why}".strip())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look a person up by name; sent by POST, so that names stand in no address."""
        name = request.POST.get("name", "").replace("\x00", "").strip()[:100]
        found: list[dict[str, Any]] | None = None
        if self.roll and len(name) >= 3:
            can_see = self.roll.closed_at is not None and self.opening(Action.SEE_RESULT).is_open
            found = look_up(
                roll=self.roll,
                name=name,
                actor=self.membership.user,
                now=timezone.now(),
                tells_marks=can_see,
            )
        self.object_list = self.get_queryset()
        rows = [{**one, "reason": reason_words(one["why"])} for one in found or []]
        shown = None if found is None else rows
        context = self.get_context_data(name=name, found=shown, is_short=len(name) < 3)
        return self.render_to_response(context)

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The facts of the roll, its sums, and one page of lines."""
        context = super().get_context_data(**kwargs)
        roll, now = self.roll, timezone.now()
        page = context["page_obj"]
        page.object_list = [line_cells(one) for one in page.object_list]
        sums = RollEntry.objects.filter(roll=roll).order_by().values_list("why")
        ends_at = self.phase.ends_at
        return {
            **context,
            "page": page,
            "process": self.process,
            "phase": self.phase,
            "roll": roll,
            "digest": bytes(roll.digest).hex() if roll else "",
            "salt": bytes(roll.salt).hex() if roll and roll.closed_at else "",
            "sums": [
                {"code": why, "label": reason_words(why), "many": many}
                for why, many in sums.annotate(many=Count("pk"))
            ]
            if roll
            else [],
            "voted": RollEntry.objects.filter(roll=roll).exclude(channel="").count() if roll else 0,
            "why": self.why,
            "rows": admission_rows(roll) if roll else [],
            "is_planner": may(self.request.user, self.municipality, Right.CONSULT),
            "is_begun": self.phase.starts_at <= now,
            "is_over": ends_at is not None and ends_at <= now,
        }

    def _note(self, asked: str) -> None:
        if self.roll:
            actor = self.membership.user
            note_look(roll=self.roll, asked=asked, actor=actor, now=timezone.now())

    def _csv(self) -> HttpResponseBase:
        self._note("table")
        rows = (
            (number, cells["zone"], one.why, one.assurance or "")
            for number, one in enumerate(self.get_queryset().iterator(chunk_size=500), start=1)
            for cells in [line_cells(one)]
        )
        return csv_file(f"{self.municipality.slug}-roll-{self.process.number}", LINES, rows)


class RollLooksView(RollReadView, ListView[RollLook]):
    """Who looked at the roll, when, and for what."""

    template_name = "consultations/vote/looks.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[RollLook]:
        """The newest first."""
        rows = RollLook.objects.filter(roll__phase=self.phase).select_related("user")
        return rows.order_by("-looked_at", "-pk")

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of them."""
        context = super().get_context_data(**kwargs)
        return {**context, "page": context["page_obj"], "process": self.process}

    def _csv(self) -> HttpResponseBase:
        rows = (
            (one.looked_at.isoformat(), str(one.user), one.asked)
            for one in self.get_queryset().iterator(chunk_size=500)
        )
        return csv_file(f"{self.municipality.slug}-roll-looks-{self.process.number}", LOOKS, rows)


class _VoteActView(ConsultProcessView, ActionView):
    """A button of the planner on the page of the roll."""

    @cached_property
    def phase(self) -> Phase:
        """The vote; a consultation without one has no roll."""
        found = vote_of(self.process)
        if found is None:
            raise Http404
        return found

    def back(self) -> str:
        """The page of the roll."""
        return reverse("consultations:roll", args=[self.municipality.slug, self.process.pk])


class MakeRollView(_VoteActView):
    """Make the roll now, or anew before the vote begins."""

    def act_on(self, **kwargs: Any) -> str:
        """Make it."""
        anew = bool(self.request.POST.get("anew"))
        make_roll(phase=self.phase, now=timezone.now(), anew=anew)
        return _("The roll is made.")


class CloseVoteView(_VoteActView):
    """Close the vote after its end, without waiting for papers any longer."""

    def act_on(self, **kwargs: Any) -> str:
        """Close it."""
        try:
            close_vote(phase=self.phase, now=timezone.now())
        except CountsDifferError as differ:
            raise ValidationError(
                _(
                    "The marks on the roll and the ballots in the box do not agree. Nothing was "
                    "opened. Tell whoever runs the server."
                ),
                code="counts_differ",
            ) from differ
        return _("The vote is closed. The ballots are mixed and can be counted.")
