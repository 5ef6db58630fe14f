"""Where phones hand in reports that were written without a network; each is taken once."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from incidents.models import Incident
from incidents.report_forms import ReportForm
from incidents.services.drafts import MOST_PHOTOS, held_pictures
from incidents.services.reported_place import Found
from incidents.track_paths import receipt_path
from incidents.views.report import NEXT_TRY_S, ReportPage, hold
from incidents.views.report_limits import PICTURES, refused_until, too_many
from incidents.views.report_sending import Ready, send, sent_before
from incidents.views.report_start import begun
from submissions.services import BUSY


@method_decorator(never_cache, name="dispatch")
class ReportSyncView(ReportPage):
    """Answers as data: recorded, already, unknown, refused with a sentence, or other.

    Nobody is there to be asked whether it is the same as another report: it is taken as it stands,
    and whoever sorts reports joins those that are one.
    """

    def get(self, request: HttpRequest, slug: str) -> JsonResponse:
        """What a form of this visit has to carry."""
        return JsonResponse({"csrf": get_token(request)})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One report with its photos, or the question (`ask`) whether it arrived."""
        once = request.POST.get("once", "")
        known = sent_before(self.municipality, once)
        if known:
            return self._taken("already", known)
        if "ask" in request.POST:
            return _answer("unknown")
        if not once:
            return _answer("refused", _("This report has no number of its own. Write it again."))
        person = request.POST.get("person", "")
        if person and (self.user is None or str(self.user.pk) != person):
            return _answer("other", _("Sign in as the person who wrote it, then send it again."))
        return self._take(self.user if person else None)

    def _take(self, user: User | None) -> HttpResponse:
        data = self._data()
        form, files = self.form(data, user), self.request.FILES.getlist("photos")
        ready, found = self.ready(form, data, user, has_photos=bool(files))
        if ready is None:
            return _answer("refused", _why(form, found))
        held: list[str] = []
        for file in files[:MOST_PHOTOS]:
            now = timezone.now()
            until = refused_until(self.request, "pictures", PICTURES, now)
            if until:
                return too_many(self.request, self.municipality, until, now)
            try:
                held.append(hold(self.municipality, file))
            except ValidationError as refused:
                return _later() if refused.code == BUSY else _refusal(refused)
        return self._send(ready, held)

    def _send(self, ready: Ready, held: list[str]) -> HttpResponse:
        try:
            sent = send(self, ready, held_pictures(held), timezone.now())
        except ValidationError as refused:
            return _refusal(refused)
        except IntegrityError:  # the same report was being taken at the same moment
            before = sent_before(self.municipality, str(ready.values["once"]))
            if before is None:
                raise
            return self._taken("already", before)
        return sent if isinstance(sent, HttpResponse) else self._taken("recorded", sent)

    def _data(self) -> QueryDict:
        """The fields; a sign that was scanned without a network is looked up now."""
        data = self.request.POST.copy()
        if not any(data.get(name) for name in ("site", "marks", "where")):
            data["site"] = begun(self.municipality, {"sign": data.get("sign", "")}).get("site", "")
        return data

    def _taken(self, result: str, incident: Incident) -> JsonResponse:
        receipt = receipt_path(self.slug, incident.tracking)
        return _answer(result, reference=incident.reference, receipt=receipt)


def _answer(result: str, sentence: str = "", **more: Any) -> JsonResponse:
    return JsonResponse({"result": result, "sentence": sentence, **more})


def _refusal(refused: ValidationError) -> JsonResponse:
    return _answer("refused", " ".join(refused.messages))


def _later() -> HttpResponse:
    answer = HttpResponse(status=503)
    answer["Retry-After"] = NEXT_TRY_S
    return answer


def _why(form: ReportForm, found: Found | None) -> str:
    """Every sentence of the form, as one."""
    said = [str(one) for errors in form.errors.values() for one in errors]
    if found is not None and found.choices:
        said.append(_("There are several such places. Open the report and choose one."))
    return " ".join(said)
