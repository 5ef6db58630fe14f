"""Sending a report to another institution, and taking it back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.views.base import ChangeView
from incidents.answer_paths import bases_for
from incidents.intake_forms import ForwardForm, ReasonForm
from incidents.models import Incident, Leg
from incidents.services.chain import chain_of
from incidents.services.legs import NewLeg, forward, may_tell_identity, passed_around, withdraw
from incidents.services.standing import acting, actor_under
from incidents.views.desk_base import DeskView
from incidents.workflow import Kind, may_follow


class CaseFormView(DeskView, ChangeView):
    """One form about one report, for those whose hat covers it."""

    template_name = "incidents/partner/forward.html"

    @cached_property
    def incident(self) -> Incident:
        """The report of the address; seeing it for an opinion is not working on it."""
        found = self.case()
        if actor_under(self.held, found) is None:
            raise PermissionDenied
        return found

    def back(self) -> str:
        """The report."""
        return self.path_of(self.incident)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The report and where it was sent before."""
        legs = list(self.incident.legs.all())
        own = {
            "case": self.incident,
            "chain": chain_of(self.incident),
            "is_passed_around": passed_around(legs),
        }
        return super().get_context_data(**{**own, **kwargs})


class ForwardView(CaseFormView):
    """To whom, by which law."""

    form_class = ForwardForm
    title = gettext_lazy("Send to an institution")
    submit = gettext_lazy("Send it")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Bodies of the town; whether the name may go along."""
        if not may_follow(Kind.FORWARDED, self.incident.status):
            raise Http404
        may_tell = may_tell_identity(self.incident)
        return {
            **super().get_form_kwargs(),
            "municipality": self.municipality,
            "may_tell": may_tell,
        }

    def store(self, form: Any) -> str:
        """Send it."""
        values, now = form.cleaned_data, timezone.now()
        leg = forward(
            incident=self.incident,
            leg=NewLeg(
                receiver=values["receiver"],
                legal_basis=values["legal_basis"],
                message=values["message"],
                tells_identity=values.get("tells_identity", False),
            ),
            actor=acting(self.person, self.incident, self.right, now),
            now=now,
        )
        words = {"name": leg.receiver.name}
        if not leg.receiver.email:
            return _("Sent to %(name)s, which has no e-mail address: tell it by telephone.") % words
        return _("Sent to %(name)s.") % words

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Legal bases to choose from."""
        bases = [one.text for one in bases_for(self.municipality.country)]
        return super().get_context_data(bases=bases, **kwargs)


class WithdrawView(CaseFormView):
    """Why it is taken back."""

    form_class = ReasonForm
    title = gettext_lazy("Take the report back")
    submit = gettext_lazy("Take it back")

    @cached_property
    def leg(self) -> Leg:
        """The sending that goes on, or no such page."""
        found = self.incident.legs.filter(state__in=("sent", "accepted")).order_by("-number")
        leg: Leg | None = found.select_related("incident__municipality", "receiver").first()
        if leg is None:
            raise Http404
        return leg

    def get_form_kwargs(self) -> dict[str, Any]:
        """Only where something is on its way."""
        assert self.leg  # noqa: S101 - there is no such page otherwise
        return super().get_form_kwargs()

    def store(self, form: Any) -> str:
        """Take it back."""
        now = timezone.now()
        withdraw(
            leg=self.leg,
            reason=form.cleaned_data["reason"],
            actor=acting(self.person, self.incident, self.right, now),
            now=now,
        )
        return _("The report is back.")
