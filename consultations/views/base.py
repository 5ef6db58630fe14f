"""What the pages of consultations share: the switch of the module, and the row of an address."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property

from consultations.models import Process
from consultations.phases import Action, Opening, opening
from departments.access import Right
from departments.views import StaffView
from zones.views import TownView

MODULE = "consultations"


class ConsultationsView(TownView):
    """The first parent of a view: a town without consultations answers 404 before anything else."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go on only where consultations are switched on."""
        if MODULE not in self.municipality.modules:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ProcessView(ConsultationsView):
    """A page of one consultation, `<int:pk>`; everybody finds the published ones of this town."""

    @property
    def own(self) -> QuerySet[Process]:
        """The consultations whose pages may be opened."""
        return Process.objects.in_municipality(self.municipality).published()

    @cached_property
    def process(self) -> Process:
        """The consultation of the address; one of another town is not found."""
        rows = self.own.select_related("municipality", "area", "department")
        return get_object_or_404(rows.prefetch_related("phases"), pk=self.kwargs["pk"])

    def opening(self, action: Action) -> Opening:
        """Whether something may be done here now."""
        return opening(action, list(self.process.phases.all()), timezone.now())


class ConsultView(ConsultationsView, StaffView):
    """A page of those who prepare consultations."""

    right = Right.CONSULT


class ConsultProcessView(ConsultView, ProcessView):
    """A page about one consultation of this town, for those who prepare it: drafts as well."""

    @property
    def own(self) -> QuerySet[Process]:
        """Every consultation of the town."""
        return Process.objects.in_municipality(self.municipality)
