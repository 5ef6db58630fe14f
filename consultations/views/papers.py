"""Ballots on paper at the desk: print them, hand them out, enter what comes back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.services import holder_of
from consultations.ballots import BallotForm
from consultations.documents.ballots import PaperFace, papers_pdf
from consultations.models import Channel, PaperBallot, Phase, Process, Roll, RollEntry
from consultations.paper_forms import MarkBackForm, PersonForm, PrintForm, TokenForm
from consultations.phases import PhaseKind, holds
from consultations.present.vote import (
    ballot_rows,
    budget_words,
    read_choices,
    rule_words,
    zone_rule_words,
)
from consultations.services.counting_votes import vote_of
from consultations.services.paper import enter_paper, hand_out, print_papers, void_paper
from consultations.services.voting import projects_on
from consultations.services.zone_limits import others_of
from consultations.views.base import ConsultationsView
from residents.models import Resident
from residents.views.desk import DeskView
from residents.views.desk_papers import pdf_file
from zones.names import in_language


class PapersDeskView(ConsultationsView, DeskView):
    """A page of the desk about votes on paper."""

    @property
    def own(self) -> QuerySet[Process]:
        """Published consultations of the town."""
        return Process.objects.in_municipality(self.municipality).published()

    @cached_property
    def process(self) -> Process:
        """The consultation of the address; one of another town is not found."""
        return get_object_or_404(self.own.select_related("municipality"), pk=self.kwargs["pk"])

    @cached_property
    def phase(self) -> Phase:
        """Its vote; a consultation without one is not found."""
        found = vote_of(self.process)
        if found is None:
            raise Http404
        return found

    @cached_property
    def form(self) -> BallotForm:
        """What the ballot looks like."""
        return BallotForm.of(self.phase.settings)

    def page(self) -> str:
        """The page of this vote at the desk."""
        return reverse("consultations:papers", args=[self.municipality.slug, self.process.pk])

    def found(self, form: PersonForm) -> Resident | None:
        """Who stands at the desk, if this clerk may serve them."""
        card, email = form.cleaned_data["card"].strip(), form.cleaned_data["email"]
        people = self.residents()
        if card:
            holder = holder_of(card)
            return people.filter(user=holder).first() if holder else None
        return people.filter(user__email=email.lower()).first()

    def person_of(self, number: str) -> Resident:
        """Whom a sent form means; nobody else than this clerk may serve."""
        if not number.isdecimal() or len(number) > 18:
            raise Http404
        return self.resident(int(number))

    def answer(self, done: str, act: Any) -> HttpResponse:
        """Do something and go back to the page, with what was done or why not."""
        try:
            act()
        except ValidationError as refused:
            messages.error(self.request, " ".join(refused.messages))
        else:
            messages.success(self.request, done)
        return redirect(self.page())


class PapersListView(PapersDeskView):
    """Votes that are prepared or under way."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Those whose box is not emptied."""
        rows = Roll.objects.filter(phase__process__in=self.own, closed_at__isnull=True)
        rows = rows.filter(phase__kind=PhaseKind.VOTE).select_related("phase__process")
        votes = [roll.phase for roll in rows.order_by("phase__ends_at", "pk")]
        return render(request, "consultations/vote/papers_list.html", {"votes": votes})


class PapersView(PapersDeskView):
    """One vote at the desk: find a person, print, enter, declare void."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """What there is to do."""
        return self._show(PersonForm())

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Find the person who stands at the desk."""
        form = PersonForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=400)
        return self._show(form, person=self.found(form), is_asked=True)

    def _show(
        self,
        form: PersonForm,
        person: Resident | None = None,
        *,
        is_asked: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        rolls = Roll.objects.filter(phase=self.phase)
        entry = RollEntry.objects.filter(roll__phase=self.phase, resident=person).first()
        papers = PaperBallot.objects.filter(phase=self.phase).order_by()
        states = dict(papers.values_list("state").annotate(many=Count("pk")))
        handed = RollEntry.objects.filter(roll__phase=self.phase, channel=Channel.PAPER).count()
        context = {
            "process": self.process,
            "phase": self.phase,
            "is_open": holds(self.phase, timezone.now()),
            "has_box": rolls.filter(closed_at__isnull=True).exists(),
            "form": form,
            "print_form": PrintForm(),
            "token_form": TokenForm(),
            "mark_form": MarkBackForm(auto_id="id_back_%s"),
            "person": person,
            "entry": entry if person else None,
            "is_asked": is_asked,
            "printed": sum(states.values()),
            "entered": states.get(PaperBallot.State.COUNTED, 0),
            "void": states.get(PaperBallot.State.VOID, 0),
            "handed": handed,
        }
        return render(self.request, "consultations/vote/papers.html", context, status=status)


class HandOutView(PapersDeskView):
    """Marks a resident as voting on paper."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Mark; the clerk then takes any paper of the pile."""
        person = self.person_of(request.POST.get("resident", ""))
        done = _("Noted. Hand over any ballot of the pile; which one is written down nowhere.")
        return self.answer(
            done, lambda: hand_out(phase=self.phase, resident=person, now=timezone.now())
        )


class PrintPapersView(PapersDeskView):
    """Prints ballots with tokens."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """The PDF, or the page with the refusal."""
        form = PrintForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Say how many ballots to print."))
            return redirect(self.page())
        try:
            number = form.cleaned_data["number"]
            tokens = print_papers(phase=self.phase, number=number, on=self.today)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(self.page())
        with translation.override(self.municipality.languages[0]):
            return pdf_file(
                papers_pdf(self._face(), tokens), f"{slug}-ballots-{self.process.number}"
            )

    def _face(self) -> PaperFace:
        town, form = self.municipality, self.form
        return PaperFace(
            town=in_language(town.names, town.languages),
            arms=bytes(town.arms) if town.arms else None,
            title=in_language(self.process.names, town.languages),
            rule=rule_words(form),
            zone_rule=zone_rule_words(others_of(self.phase)),
            budget=budget_words(form),
            kind=form.kind,
            rows=ballot_rows(projects_on(self.phase), form, {}),
        )


class EnterPaperView(PapersDeskView):
    """Types in what a paper says."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """An empty ballot with a field for the code."""
        return self._show(TokenForm(), {})

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Put it into the box, and show the next empty one."""
        token = TokenForm(request.POST)
        projects = projects_on(self.phase)
        chosen = read_choices(request.POST, self.form, projects)
        if not token.is_valid():
            return self._show(token, chosen, status=400)
        try:
            enter_paper(phase=self.phase, token=token.cleaned_data["token"], choices=chosen)
        except ValidationError as refused:
            return self._show(token, chosen, refused.messages, status=422)
        messages.success(request, _("Entered. Take the next one."))
        return redirect(request.path)

    def _show(
        self, token: TokenForm, chosen: dict[str, int], errors: Any = (), status: int = 200
    ) -> HttpResponse:
        context = {
            "process": self.process,
            "token": token,
            "errors": errors,
            "kind": self.form.kind.value,
            "form": self.form,
            "rule": rule_words(self.form),
            "zone_rule": zone_rule_words(others_of(self.phase)),
            "rows": ballot_rows(projects_on(self.phase), self.form, chosen),
        }
        return render(self.request, "consultations/vote/papers_enter.html", context, status=status)


class VoidPaperView(PapersDeskView):
    """Makes a spoilt or unused paper worthless."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Do it and go back."""
        form = TokenForm(request.POST)
        token = form.cleaned_data["token"] if form.is_valid() else ""
        return self.answer(
            _("This ballot is void."), lambda: void_paper(phase=self.phase, token=token)
        )
