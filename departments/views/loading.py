"""Loading a table on a page: the file is tried, its report is shown, and then it is confirmed."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from departments.access import Right
from departments.acts import Act
from departments.csv_rows import Column, FaultyFile, RowFault
from departments.loading import (
    CALENDAR_COLUMNS,
    DEPARTMENT_COLUMNS,
    STAFF_COLUMNS,
    Loaded,
    load_calendars,
    load_departments,
    load_staff,
)
from departments.views.base import StaffView

LARGEST_PAGE_FILE = 500_000
"""Bytes; the file travels once more with the confirmation. Larger ones are loaded by command."""
SHOWN_FAULTS = 100


class TableForm(forms.Form):
    """A file, or the text of one that was tried before."""

    file = forms.FileField(label=gettext_lazy("Table (CSV in UTF-8)"), required=False)
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    name = forms.CharField(required=False, widget=forms.HiddenInput, max_length=100)


class LoadView(StaffView):
    """Upload, report, confirm; subclasses name the columns and call one load.

    Nothing is stored by the upload: the file comes back with the confirmation and is read again.
    """

    right = Right.ADMINISTER
    template_name = "departments/load.html"
    title: ClassVar[StrOrPromise]
    columns: ClassVar[Sequence[Column]]
    list_name: ClassVar[str]

    def load(self, raw: bytes, act: Act, *, is_trial: bool) -> Loaded:
        """Call the load."""
        raise NotImplementedError

    def said(self, loaded: Loaded) -> str:
        """The sentence shown when it is stored."""
        return _("The table is loaded.")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form and the columns."""
        return self._page(TableForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Try a file, or store one that was tried."""
        form = TableForm(request.POST, request.FILES)
        form.is_valid()
        upload = form.cleaned_data.get("file")
        is_trial = upload is not None
        name = upload.name if upload else form.cleaned_data.get("name") or ""
        text = form.cleaned_data.get("text") or ""
        if upload is None and not text:
            return self._page(form, faults=[RowFault(0, _("Choose a file first."))])
        if upload is not None and upload.size > LARGEST_PAGE_FILE:
            sentence = _("The file is larger than 500 KB. Split it, or have it loaded by command.")
            return self._page(form, faults=[RowFault(0, sentence)])
        raw = upload.read() if upload is not None else text.encode()
        act = Act(self.act.actor, self.act.now, name[:120])
        try:
            loaded = self.load(raw, act, is_trial=is_trial)
        except FaultyFile as refused:
            return self._page(form, faults=refused.faults)
        if not is_trial:
            messages.success(request, self.said(loaded))
            return redirect(self._list())
        tried = raw.decode("utf-8-sig")
        confirm = TableForm(initial={"text": tried, "name": name[:100]}, auto_id="confirm_%s")
        return self._page(form, loaded=loaded, confirm=confirm)

    def _list(self) -> str:
        return reverse(self.list_name, args=[self.municipality.slug])

    def _page(
        self,
        form: TableForm,
        faults: Sequence[RowFault] = (),
        loaded: Loaded | None = None,
        confirm: TableForm | None = None,
    ) -> HttpResponse:
        context = {
            "title": self.title,
            "columns": self.columns,
            "back": self._list(),
            "form": form,
            "faults": faults[:SHOWN_FAULTS],
            "fault_count": len(faults),
            "loaded": loaded,
            "confirm": confirm,
            "view": self,
        }
        return render(self.request, self.template_name, context, status=422 if faults else 200)


class LoadDepartmentsView(LoadView):
    """Departments."""

    title = gettext_lazy("Load departments")
    columns = DEPARTMENT_COLUMNS
    list_name = "departments:departments"

    def load(self, raw: bytes, act: Act, *, is_trial: bool) -> Loaded:
        """One file, one town."""
        return load_departments(municipality=self.municipality, raw=raw, act=act, is_trial=is_trial)


class LoadStaffView(LoadView):
    """Staff; each new person gets an invitation."""

    title = gettext_lazy("Load staff")
    columns = STAFF_COLUMNS
    list_name = "departments:staff"

    def load(self, raw: bytes, act: Act, *, is_trial: bool) -> Loaded:
        """One file, one town."""
        site = self.request.build_absolute_uri("/")
        return load_staff(
            municipality=self.municipality, raw=raw, act=act, is_trial=is_trial, site=site
        )


class LoadCalendarsView(LoadView):
    """Calendars."""

    title = gettext_lazy("Load calendars")
    columns = CALENDAR_COLUMNS
    list_name = "departments:calendars"

    def load(self, raw: bytes, act: Act, *, is_trial: bool) -> Loaded:
        """One file, one town."""
        return load_calendars(municipality=self.municipality, raw=raw, act=act, is_trial=is_trial)
