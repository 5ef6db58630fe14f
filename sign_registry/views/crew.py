"""Pages of the crew: what is to do, one round, the round on paper, and the phone's own data."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.generic import TemplateView

from departments.access import ROLES_WITH, Right
from departments.views import StaffView
from sign_registry.codes import grouped
from sign_registry.crew_forms import RoundMoveForm, crew_of
from sign_registry.crew_present import (
    bbox_of,
    campaign,
    pace,
    phone_data,
    rounds_shown,
    stop_rows,
)
from sign_registry.crew_words import phone_words
from sign_registry.models import CrewRound


class CrewView(StaffView):
    """Anything only the crew and its head may see."""

    right = Right.CREW
    narrows: ClassVar[bool] = True

    @property
    def is_head(self) -> bool:
        """Whether the person also plans rounds, and so sees everybody's."""
        is_whole_town = self.own_departments is None
        return is_whole_town and self.membership.role in ROLES_WITH[Right.RUN_SIGNS]


class CrewHomeView(CrewView, TemplateView):
    """Rounds to do, with progress; works without a network once it was open."""

    template_name = "signs/crew.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rounds of this person, or of all for the head."""
        rounds = rounds_shown(
            self.membership, self.own_departments, self.today, everybody=self.is_head
        )
        return super().get_context_data(
            rounds=rounds,
            campaign=campaign(self.municipality, self.today) if self.is_head else None,
            is_head=self.is_head,
            today=self.today,
            **kwargs,
        )


class CrewRoundView(CrewView, TemplateView):
    """One round: the next stop, the list in walking order, and the map."""

    template_name = "signs/crew_round.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The stops as rows."""
        crew_round = self.round_of(kwargs["pk"])
        rows = stop_rows(crew_round)
        left = sum(row["done_on"] is None for row in rows)
        return super().get_context_data(
            round=crew_round,
            rows=rows,
            left=left,
            done=len(rows) - left,
            finish_at=pace(self.municipality, crew_round, left),
            places=[
                {
                    "number": row["position"],
                    "place": row["place"],
                    "done": row["done_on"] is not None,
                }
                for row in rows
                if row["place"]
            ],
            bbox=bbox_of(rows, self.bbox),
            limits=self.bbox,
            is_head=self.is_head,
            move_form=self._move_form(crew_round),
            **kwargs,
        )

    def _move_form(self, crew_round: CrewRound) -> RoundMoveForm | None:
        if not self.is_head:
            return None
        given = {"member": crew_round.member, "planned_on": crew_round.planned_on}
        return RoundMoveForm(initial=given, people=crew_of(self.municipality, self.today))

    def round_of(self, pk: int) -> CrewRound:
        """A round of this town that this person may see."""
        rounds = CrewRound.objects.in_municipality(self.municipality).select_related("member__user")
        if not self.is_head:
            rounds = rounds.for_whom(self.membership, self.own_departments)
        return get_object_or_404(rounds, pk=pk)


class CrewPrintView(CrewRoundView):
    """The round on paper: list, codes in letters, boxes to tick."""

    template_name = "signs/crew_print.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The same rows, with codes as people read them."""
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row["code"] = grouped(row["code"]) if row["code"] else ""
        return context


class CrewDataView(CrewView):
    """What the phone keeps for a day without a network."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """JSON; the worker of the page keeps the last answer."""
        rounds = rounds_shown(
            self.membership, self.own_departments, self.today, everybody=self.is_head
        )
        data = phone_data(
            self.membership, rounds, departments=self.own_departments, today=self.today
        )
        answer = JsonResponse(data | {"csrf": get_token(request), "words": phone_words()})
        patch_cache_control(answer, private=True, no_store=True)
        return answer
