"""Pages about personal data: the town's notice, one's own data, the record, the assessment."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from accounts.models import User
from departments.access import Right
from departments.views import StaffView
from portal.privacy.activities import ACTIVITIES
from portal.privacy.assessment import RISKS
from portal.privacy.authorities import authority_of
from portal.privacy.erasing import ask_erasure, open_wishes, take_back
from portal.privacy.holding import exported, held, tables_in_words
from zones.exports import csv_file
from zones.views import ExportedView, TownView

RECORD_COLUMNS = (
    "activity",
    "purpose",
    "legal_basis",
    "data_subjects",
    "recipients",
    "retention",
    "table",
    "fields",
)


class PrivacyView(TownView, TemplateView):
    """What the town does with personal data, for everybody; no query of its own."""

    template_name = "portal/privacy/notice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The activities that residents meet, with the authority to complain to."""
        return super().get_context_data(
            activities=ACTIVITIES.values(), authority=authority_of(self.municipality), **kwargs
        )


@method_decorator(never_cache, name="dispatch")
class MyDataView(LoginRequiredMixin, ExportedView, TemplateView):
    """Everything held about the account that is signed in, as a page and as a file."""

    template_name = "portal/privacy/my_data.html"

    @property
    def person(self) -> User:
        """Whose data it is."""
        return cast(User, self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Nobody reads it without signing in; the file neither."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def exports(self) -> dict[str, Any]:
        """Everything as JSON, and nothing of anybody else."""
        return {"json": self._as_json}

    def _as_json(self) -> HttpResponse:
        answer = HttpResponse(exported(self.person), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="{self.municipality.slug}-data.json"'
        answer["Cache-Control"] = "no-store"
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Two queries for each table that is about accounts."""
        wish = open_wishes().filter(user_number=self.person.pk).first()
        return super().get_context_data(held=held(self.person), wish=wish, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask to be erased, or take it back."""
        now = timezone.now()
        if "take_back" in request.POST:
            take_back(user=self.person, now=now)
            messages.success(request, _("Your account stays."))
        elif "erase" in request.POST:
            try:
                ask_erasure(user=self.person, now=now, page=request.build_absolute_uri())
            except ValidationError as refused:
                messages.error(request, " ".join(refused.messages))
            else:
                messages.success(request, _("Noted. You have seven days to change your mind."))
        return redirect(request.path)


class RecordView(StaffView, ExportedView, TemplateView):
    """The record of processing activities, made of the inventory that every change is held to."""

    right = Right.OBSERVE
    template_name = "portal/privacy/record.html"

    def exports(self) -> dict[str, Any]:
        """One row for each table and activity."""
        return {"csv": self._as_csv}

    def _as_csv(self) -> HttpResponseBase:
        rows = (
            (one.name, one.purpose, one.basis, one.people, one.recipients, one.kept, table, fields)
            for one, table, fields in tables_in_words()
        )
        lines = [[*map(str, row[:-1]), ", ".join(row[-1])] for row in rows]
        return csv_file(f"{self.municipality.slug}-record.csv", RECORD_COLUMNS, lines)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """No query of its own."""
        tables: dict[str, list[tuple[str, list[str]]]] = {}
        for activity, table, fields in tables_in_words():
            tables.setdefault(str(activity.name), []).append((table, fields))
        record = [(one, tables.get(str(one.name), [])) for one in ACTIVITIES.values()]
        return super().get_context_data(record=record, made_at=timezone.now(), **kwargs)


class AssessmentView(StaffView, TemplateView):
    """A draft of the impact assessment (GDPR, article 35), to be finished by hand."""

    right = Right.OBSERVE
    template_name = "portal/privacy/assessment.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """No query of its own."""
        return super().get_context_data(
            risks=RISKS, activities=ACTIVITIES.values(), made_at=timezone.now(), **kwargs
        )
