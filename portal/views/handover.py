"""A leaver's hand-over: choose a successor, look at the summary, confirm."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from departments.models import Membership
from departments.services import roles_to_pass
from departments.views import AdministrationView
from portal.handover import HandedOver, hand_all_over
from zones.forms import add_refusal


class SuccessorForm(forms.Form):
    """Who gets what a leaver held; nobody is a choice too."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Successor"),
        required=False,
        empty_label=gettext_lazy("nobody: the roles only end"),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        """Offer the town's other people."""
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        field.queryset = people  # type: ignore[attr-defined]


class HandOverView(AdministrationView):
    """Everything one person does in the town passes to another, today."""

    template_name = "portal/hand_over.html"

    @cached_property
    def leaver(self) -> User:
        """The person of the role in the address."""
        own = Membership.objects.in_municipality(self.municipality).select_related("user")
        return get_object_or_404(own, pk=self.kwargs["pk"]).user

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """What the person holds, and the choice."""
        return self._page(self._form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The summary first; the confirmation does it."""
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form)
        successor = form.cleaned_data["person"]
        is_confirmed = request.POST.get("confirmed") == "1"
        try:
            done = hand_all_over(
                municipality=self.municipality,
                leaver=self.leaver,
                successor=successor,
                act=self.act,
                is_trial=not is_confirmed,
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self._page(form)
        if not is_confirmed:
            return self._page(form, summary=done, successor=successor)
        messages.success(request, _("%(name)s has left. It is done.") % {"name": self.leaver})
        return redirect("departments:staff", slug=self.municipality.slug)

    def _form(self, data: Any = None) -> SuccessorForm:
        held = Membership.objects.in_municipality(self.municipality).not_ended(self.today)
        people = User.objects.filter(is_active=True, pk__in=held.values("user"))
        people = people.exclude(pk=self.leaver.pk).order_by("full_name", "email")
        return SuccessorForm(data, people=people)

    def _page(
        self,
        form: SuccessorForm,
        summary: HandedOver | None = None,
        successor: User | None = None,
    ) -> HttpResponse:
        context = {
            "view": self,
            "leaver": self.leaver,
            "roles": roles_to_pass(
                leaver=self.leaver, municipality=self.municipality, act=self.act
            ),
            "form": form,
            "summary": summary,
            "successor": successor,
        }
        return render(self.request, self.template_name, context)
