"""Where phones of the crew hand in what they recorded."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from sign_registry.crew_items import parse_item
from sign_registry.services.crew import Outcome, Result, Sender, record_item
from sign_registry.views.crew import CrewView

# A photo leaves the phone at most 2000 pixels wide; a larger body is no photo of ours.
LARGEST_PHOTO = 12 * 1024 * 1024
LARGEST_ENTRY = 16 * 1024


class CrewSyncView(CrewView):
    """Records one entry of a phone's queue; sending it twice records it once."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Answer recorded, already, refused with a sentence, or other (somebody else's entry)."""
        photo = request.FILES.get("photo")
        is_form = request.content_type == "multipart/form-data"
        text = request.POST.get("entry", "") if is_form else request.body.decode("utf-8", "replace")
        if photo is not None and (photo.size or 0) > LARGEST_PHOTO:
            return _answer(Outcome(Result.REFUSED, _("The photo is too large. Take a new one.")))
        try:
            raw = _read(text)
            item = parse_item(raw)
        except ValidationError as refused:
            return _answer(Outcome(Result.REFUSED, " ".join(refused.messages)))
        if raw.get("member") not in {None, self.membership.pk}:
            return JsonResponse({"result": "other", "sentence": ""})
        sender = Sender(self.municipality, self.membership, timezone.now(), self.own_departments)
        picture = photo.read() if photo is not None else None
        return _answer(record_item(item=item, photo=picture, sender=sender))


_RETRY_S = "60"


def _read(text: str) -> dict[str, Any]:
    unreadable = ValidationError(
        _("This entry cannot be read. Enter it again; if that does not help, tell the office."),
        code="unreadable",
    )
    if len(text) > LARGEST_ENTRY:
        raise unreadable
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise unreadable from error
    if not isinstance(raw, dict):
        raise unreadable
    return raw


def _answer(outcome: Outcome) -> JsonResponse:
    is_later = outcome.result is Result.LATER
    answer = JsonResponse(
        {"result": outcome.result, "sentence": outcome.sentence}, status=503 if is_later else 200
    )
    if is_later:
        answer["Retry-After"] = _RETRY_S
    return answer
