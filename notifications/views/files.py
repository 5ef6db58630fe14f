"""Hands out papers: always as a download, never shown by the browser as one of our pages."""

from django.http import FileResponse, Http404, HttpResponseBase

from notifications.models import Attachment

_PUBLIC_S = 3600


def pdf_response(attachment: Attachment, *, is_public: bool) -> HttpResponseBase:
    """The PDF to keep.

    Raises:
        Http404: there is no file any more.
    """
    if not attachment.file:
        raise Http404
    try:
        opened = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(
        opened,
        as_attachment=True,
        filename=f"notice-{attachment.announcement_id}-{attachment.pk}.pdf",
        content_type="application/pdf",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = f"max-age={_PUBLIC_S}" if is_public else "private, no-store"
    return answer
