"""Attachments of a draft: adding, looking at, removing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.forms import AttachmentForm
from notifications.models import Attachment
from notifications.services.attachments import LARGEST_PDF, attach, detach
from notifications.views.files import pdf_response
from notifications.views.writing import NoticesView
from submissions.serving import picture_response
from zones.forms import texts_of

LARGEST = 2 * LARGEST_PDF


class AttachmentAddView(NoticesView):
    """Takes one file."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Keep it, or say why not."""
        form = AttachmentForm(request.POST, request.FILES, municipality=self.municipality)
        one = self.announcement()
        if not form.is_valid():
            faults = [str(fault) for found in form.errors.values() for fault in found]
            messages.error(request, " ".join(faults))
        else:
            self._take(form, one)
        return redirect("notifications:notice", slug=slug, pk=pk)

    def _take(self, form: AttachmentForm, one: Any) -> None:
        upload = form.cleaned_data["file"]
        if upload.size > LARGEST:
            messages.error(self.request, _("The file is too large. Save it smaller and try again."))
            return
        try:
            attach(
                announcement=one,
                raw=upload.read(),
                names=texts_of(form.cleaned_data),
                actor=self.membership.user,
                now=timezone.now(),
            )
        except ValidationError as refused:
            messages.error(self.request, " ".join(refused.messages))
        else:
            messages.success(self.request, _("The attachment is added."))


class AttachmentView(NoticesView):
    """Shows an attachment to those who write notices, or removes it from a draft."""

    @property
    def attachment(self) -> Attachment:
        """Of a notice of this town."""
        rows = Attachment.objects.filter(announcement__in=self.own)
        found = rows.select_related("picture", "announcement__municipality")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The picture, or the paper as a download."""
        one = self.attachment
        if one.picture is not None:
            answer = picture_response(one.picture)
            answer["Cache-Control"] = "private, no-store"
            return answer
        return pdf_response(one, is_public=False)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Remove it."""
        one = self.attachment
        try:
            detach(attachment=one)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("The attachment is removed."))
        return redirect("notifications:notice", slug=kwargs["slug"], pk=one.announcement_id)
