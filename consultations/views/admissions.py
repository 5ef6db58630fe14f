"""The roll put right at the desk while the vote runs: decisions, and marks taken back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.eligibility import Why
from consultations.models import Roll, RollEntry
from consultations.paper_forms import DecisionForm, MarkBackForm, PersonForm
from consultations.phases import holds
from consultations.present.admissions import admission_rows
from consultations.present.roll import reason_words
from consultations.services.corrections import Decision, admit, strike, take_mark_back
from consultations.views.papers import PapersDeskView
from residents.models import Resident


class AdmitView(PapersDeskView):
    """Find whoever contests the roll, then write down what the commission decided."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Who contests it?"""
        return self._show(PersonForm())

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Find the person, or add or strike the line of the person that was found."""
        if "resident" in request.POST:
            return self._decide()
        form = PersonForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=400)
        person = self.found(form)
        return self._show(form, person=person, is_asked=True)

    def _decide(self) -> HttpResponse:
        data = self.request.POST
        person, form = self.person_of(data.get("resident", "")), DecisionForm(data)
        act = {"add": admit, "strike": strike}.get(data.get("act", ""))
        if act is None:
            form.add_error(
                None, _("Press the button that adds the line or the one that strikes it.")
            )
        if act is None or not form.is_valid():
            return self._show(PersonForm(), person, decision=form, is_asked=True, status=400)
        words = Decision(form.cleaned_data["number"], form.cleaned_data["reason"])
        try:
            act(
                phase=self.phase,
                resident=person,
                decision=words,
                actor=self.clerk,
                now=timezone.now(),
            )
        except ValidationError as refused:
            form.add_error(None, refused.messages)
            return self._show(PersonForm(), person, decision=form, is_asked=True, status=422)
        messages.success(
            self.request, _("The decision is recorded, and the roll has a new digest.")
        )
        return redirect(self.request.path)

    def _show(
        self,
        form: PersonForm,
        person: Resident | None = None,
        *,
        decision: DecisionForm | None = None,
        is_asked: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        roll = Roll.objects.filter(phase=self.phase).first()
        entry = RollEntry.objects.filter(roll=roll, resident=person).first() if person else None
        context: dict[str, Any] = {
            "process": self.process,
            "phase": self.phase,
            "is_open": bool(roll and roll.closed_at is None and holds(self.phase, timezone.now())),
            "form": form,
            "decision": decision or DecisionForm(),
            "person": person,
            "entry": entry,
            "counts": bool(entry and entry.why == Why.COUNTED),
            "reason": reason_words(entry.why) if entry else "",
            "is_asked": is_asked,
            "rows": admission_rows(roll) if roll else [],
        }
        return render(self.request, "consultations/vote/admit.html", context, status=status)


class MarkBackView(PapersDeskView):
    """Takes a mark for a vote on paper back that was set by mistake."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Do it and go back."""
        person, form = self.person_of(request.POST.get("resident", "")), MarkBackForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Type the code of the ballot that becomes void, and why."))
            return redirect(self.page())
        return self.answer(
            _("The mark is taken back and the ballot is void. This person may vote again."),
            lambda: take_mark_back(
                phase=self.phase,
                resident=person,
                token=form.cleaned_data["token"],
                reason=form.cleaned_data["reason"],
                actor=self.clerk,
                now=timezone.now(),
            ),
        )
