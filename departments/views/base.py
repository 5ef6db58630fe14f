"""Who may come in: pages of staff name one right, and others are sent to sign in or refused."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView
from django_stubs_ext import StrOrPromise

from accounts.security import signed_in_with_second_factor, way_to_second_factor
from departments.access import Right, departments_with, membership_for
from departments.acts import Act
from departments.models import Membership
from zones.forms import add_refusal
from zones.views import TownView


class StaffView(AccessMixin, TownView):
    """A page for those who hold `right` in this very town; `membership` is the hat they wear.

    A page shows the whole town, so it takes a role for the whole town. One that sets `narrows`
    shows each person only what the own departments and areas allow, and then takes any role.
    """

    right: ClassVar[Right]
    narrows: ClassVar[bool] = False
    membership: Membership

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse everybody who does not hold the right here and now."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        held = membership_for(
            request.user,
            self.municipality,
            self.right,
            timezone.now(),
            is_whole_town=not self.narrows,
        )
        if held is None:
            raise PermissionDenied
        if settings.MEGDAN_STAFF_SECOND_FACTOR and not signed_in_with_second_factor(request):
            return redirect(way_to_second_factor(request))
        self.membership = held
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def act(self) -> Act:
        """What is done by this request: the person, the moment, and by a page."""
        return Act(self.membership.user, timezone.now())

    @cached_property
    def own_departments(self) -> set[int] | None:
        """Departments for which the person holds the page's right; None is every one."""
        return departments_with(self.membership.user, self.municipality, self.right, self.today)


class AdministrationView(StaffView):
    """A page for the town's administrators."""

    right = Right.ADMINISTER


class ChangeView(StaffView, FormView[forms.Form]):
    """One form, one service: what the service refuses is shown at the field it names."""

    template_name = "departments/form.html"
    title: StrOrPromise = ""
    lead: StrOrPromise = ""
    submit: StrOrPromise = ""

    def store(self, form: Any) -> str:
        """Call the service; the sentence it gives is shown on the next page."""
        raise NotImplementedError

    def back(self) -> str:
        """Path of the page to go to afterwards."""
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Store and go on, or show the refusal."""
        try:
            sentence = self.store(form)
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        messages.success(self.request, sentence)
        return redirect(self.back())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words around the form."""
        words = {"title": self.title, "lead": self.lead, "submit": self.submit, "back": self.back()}
        return super().get_context_data(**{**words, **kwargs})


class ActionView(StaffView):
    """One button, one service; a refusal is a message on the page one comes back to."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it and go back."""
        try:
            messages.success(request, self.act_on(**kwargs))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(self.back())

    def act_on(self, **kwargs: Any) -> str:
        """Call the service; give the sentence to show."""
        raise NotImplementedError

    def back(self) -> str:
        """Path of the page to go to afterwards."""
        raise NotImplementedError
