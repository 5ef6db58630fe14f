"""Hands a picture to a reader whose right the caller has checked."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase

from submissions.models import Submission

# Only what the program draws itself is ever sent as a picture.
_ENDINGS = {"image/jpeg": "jpg", "image/webp": "webp", "image/png": "png"}
_RELEASED_S = 3600


def picture_response(submission: Submission) -> HttpResponseBase:
    """The picture as its own kind and nothing else; kept by browsers only once it is released.

    With `MEGDAN_ACCEL` the proxy in front sends the file from that internal address.

    Raises:
        Http404: it is no picture, or it was erased.
    """
    if not submission.file or submission.content_type not in _ENDINGS:
        raise Http404
    response: HttpResponseBase
    accel = str(getattr(settings, "MEGDAN_ACCEL", ""))
    if accel:
        response = HttpResponse()
        response["X-Accel-Redirect"] = f"{accel.rstrip('/')}/{submission.file.name}"
    else:
        try:
            response = FileResponse(submission.file.open("rb"))
        except FileNotFoundError as error:
            raise Http404 from error
    name = f"{submission.pk}.{_ENDINGS[submission.content_type]}"
    response["Content-Type"] = submission.content_type
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    is_public = submission.state == Submission.State.RELEASED
    response["Cache-Control"] = f"max-age={_RELEASED_S}" if is_public else "private, no-store"
    return response
