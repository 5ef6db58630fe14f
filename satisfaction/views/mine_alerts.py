"""Answering a worsening: by works, by words to residents, or by saying why nothing is done."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from departments.models import Works
from departments.querysets import WorksQuerySet
from satisfaction.access import owner_department
from satisfaction.forms import AnswerForm, ClosingForm
from satisfaction.models import Alert
from satisfaction.present.mine import alert_row
from satisfaction.present.places import reasons_said
from satisfaction.services.alerts import answer_alert, close_alert
from satisfaction.services.effects import WINDOW, works_near
from satisfaction.views.mine import OwnerView
from satisfaction.views.mine_place import works_add_path
from sign_registry.models import Site
from zones.forms import add_refusal

#: The newest of an office's works; older ones can hardly mend what fell now.
OFFERED_WORKS = 50


class OwnAlertView(OwnerView):
    """A page about a worsening at one of the own places."""

    @cached_property
    def alert(self) -> Alert:
        """The worsening; those of other places are not there."""
        found = Alert.objects.in_municipality(self.municipality).filter(site__in=self.sites)
        rows = found.select_related("site__parent", "municipality", "works__owner")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def site(self) -> Site:
        """The place that fell."""
        return self.alert.site


class AnswerAlertView(OwnAlertView, FormView[AnswerForm]):
    """What fell, what people said, and the answer."""

    template_name = "satisfaction/mine_alert.html"
    form_class = AnswerForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Works that could mend it."""
        works = self._works()
        return {**super().get_form_kwargs(), "municipality": self.municipality, "works": works}

    def _works(self) -> WorksQuerySet:
        """Newest works near the place and of its office."""
        every = Works.objects.in_municipality(self.municipality)
        office = owner_department(self.site, self.today)
        fitting = Q(pk__in=works_near(self.site).values("pk")) | Q(owner=office)
        recent = every.filter(fitting, starts_on__gt=self.today - WINDOW).newest_first()
        # A choice of a form must not be a cut list, which cannot be narrowed any further.
        return every.filter(pk__in=list(recent.values_list("pk", flat=True)[:OFFERED_WORKS]))

    def form_valid(self, form: AnswerForm) -> HttpResponse:
        """Answer, or show the refusal."""
        try:
            answer_alert(
                alert=self.alert,
                actor=self.membership,
                now=timezone.now(),
                works=form.cleaned_data["works"],
                replies=form.replies(),
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        messages.success(self.request, _("Your answer stands on the page of the place."))
        return redirect("satisfaction:mine_place", self.municipality.slug, self.alert.site_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The fall in words, and what was said of it."""
        return super().get_context_data(
            alert=alert_row(self.alert, self.today, self.language),
            reasons=reasons_said(self.site, None, since=self.alert.since),
            closing=ClosingForm(auto_id="id_closing_%s"),
            works_add_path=works_add_path(self, self.site),
            **kwargs,
        )


class CloseAlertView(OwnAlertView, View):
    """Closes a worsening without an answer."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Close it with its reason, or say what is missing."""
        form = ClosingForm(request.POST)
        alert = self.alert
        try:
            if not form.is_valid():
                raise ValidationError(_missing(form))
            close_alert(
                alert=alert,
                actor=self.membership,
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("satisfaction:mine_alert", slug, alert.pk)
        messages.success(request, _("The worsening is closed; the reason is kept."))
        return redirect("satisfaction:mine_place", slug, alert.site_id)


def _missing(form: forms.Form) -> str:
    return " ".join(str(error) for found in form.errors.values() for error in found)
