"""The ballot of a vote, the look at it before it is cast, and the page that says it is done."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property

from consultations.ballots import BallotForm
from consultations.models import BudgetProject, Phase, Roll
from consultations.opening_words import closed_words
from consultations.phases import Action
from consultations.present.admissions import decision_words
from consultations.present.verdicts import told_to
from consultations.present.vote import (
    ballot_groups,
    ballot_rows,
    budget_words,
    money_words,
    read_choices,
    rule_words,
    zone_rule_words,
)
from consultations.services.counting_votes import vote_of
from consultations.services.voting import Voter, cast, check_choices, projects_on, voter_of
from consultations.services.zone_limits import others_of
from consultations.views.base import ProcessView
from consultations.zone_choice import Reach


class VoteView(ProcessView):
    """A page of the vote of a consultation; what somebody chooses stays in no browser."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As elsewhere, and kept by nobody."""
        answer = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    @cached_property
    def phase(self) -> Phase:
        """The vote; a consultation without one has no such page."""
        found = vote_of(self.process)
        if found is None:
            raise Http404
        return found

    @cached_property
    def form(self) -> BallotForm:
        """What the ballot looks like."""
        return BallotForm.of(self.phase.settings)

    @cached_property
    def projects(self) -> list[BudgetProject]:
        """What stands on it."""
        return projects_on(self.phase)

    @cached_property
    def voter(self) -> Voter:
        """Who looks at it."""
        return voter_of(self.phase, self.request.user)


class BallotView(VoteView):
    """The ballot; sent once it is shown again as it will be cast, sent twice it is cast."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """An empty ballot, or why there is none for this reader now."""
        return self._show(self.state, {})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Check, show again, or cast."""
        if self.state != "open":
            return self._show(self.state, {}, status=409)
        chosen = read_choices(request.POST, self.form, self.projects)
        if "change" in request.POST:
            return self._show("open", chosen)
        try:
            if "cast" not in request.POST:
                check_choices(self.phase, chosen, self.voter.entry)
                return self._show("check", chosen)
            cast(phase=self.phase, user=request.user, choices=chosen, now=timezone.now())
        except ValidationError as refused:
            self.__dict__.pop("voter", None)
            return self._show(self.state, chosen, refused.messages, status=422)
        return redirect("consultations:vote_done", slug=kwargs["slug"], pk=self.process.pk)

    @property
    def state(self) -> str:
        """`closed`, `waiting` for the roll, `sign_in`, `voted`, `refused` or `open`."""
        if not self.opening(Action.VOTE).is_open:
            return "closed"
        if not Roll.objects.filter(phase=self.phase, closed_at__isnull=True).exists():
            return "waiting"
        if not self.request.user.is_authenticated:
            return "sign_in"
        if self.voter.has_voted:
            return "voted"
        return "open" if self.voter.why == "counted" else "refused"

    @cached_property
    def others(self) -> int | None:
        """In how many zones beside the own one may be chosen; nothing where there is no bound."""
        return others_of(self.phase)

    def _zones(self, state: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """What the ballot says of zones: to whom may vote, with the own zone first."""
        entry, others = self.voter.entry, self.others
        is_bound = others is not None and entry is not None and state in ("open", "check")
        reach = Reach(frozenset(entry.zone_ids), entry.others) if entry and is_bound else None
        return {
            "groups": ballot_groups(rows, reach),
            "zone_rule": zone_rule_words(reach.others if reach else others),
            "most_zones": "" if reach is None else str(reach.others),
            "own_zone": entry.zone.name if entry and entry.zone and reach else "",
        }

    def _show(
        self, state: str, chosen: Mapping[str, int], errors: Any = (), status: int = 200
    ) -> HttpResponse:
        now = timezone.now()
        form, town = self.form, self.municipality
        rows = ballot_rows(self.projects, form, chosen)
        picked = [row for row in rows if row["is_chosen"]]
        cost = sum((one.cost for one in self.projects if one.code in chosen), Decimal(0))
        context = {
            "process": self.process,
            "phase": self.phase,
            "state": state,
            "kind": form.kind.value,
            "form": form,
            "rows": rows,
            **self._zones(state, rows),
            "picked": picked,
            "errors": errors,
            "rule": rule_words(form),
            "budget": money_words(form.budget, form.currency.label),
            "budget_words": budget_words(form),
            "budget_plain": f"{form.budget:.2f}",
            "cost": money_words(cost, form.currency.label) if picked else "",
            "closed": closed_words(self.opening(Action.VOTE), town.timezone),
            "told": told_to(self.request.user, self.process, now) if state == "refused" else None,
            "decided": decision_words(self.voter.entry) if state in ("open", "refused") else "",
            "roll": Roll.objects.filter(phase=self.phase).first(),
            "sign_in": f"{reverse('account_login')}?next={self.request.path}",
            "town_root": f"/{town.slug}/",
        }
        page = "check" if state == "check" else "ballot"
        return render(self.request, f"consultations/vote/{page}.html", context, status=status)


class VoteDoneView(VoteView):
    """Says that the vote is in the box, and nothing of what was chosen."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Only for who voted; everybody else goes to the ballot."""
        if not self.voter.has_voted:
            return redirect("consultations:vote", slug=kwargs["slug"], pk=self.process.pk)
        context = {"process": self.process, "phase": self.phase}
        return render(request, "consultations/vote/done.html", context)
