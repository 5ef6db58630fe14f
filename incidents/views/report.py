"""Reporting a fault: one page that works as a plain form, and what is asked before it is sent."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from incidents.models import Category
from incidents.report_forms import QuestionsForm, ReportForm
from incidents.services.beyond import BeyondError
from incidents.services.drafts import MOST_PHOTOS, held_pictures, hold_picture
from incidents.services.finding import find_categories
from incidents.services.reported_place import Found, find_place
from incidents.track_paths import receipt_path
from incidents.views.gate import ReportsView
from incidents.views.report_draft import (
    ReportDraft,
    drop_draft,
    keep_draft,
    read_draft,
    typed_of,
)
from incidents.views.report_limits import PICTURES, refused_until, too_many
from incidents.views.report_sending import Ready, follow_instead, same_here, send, sent_before
from incidents.views.report_start import begun, site_numbered, told_of
from sign_registry.models import Site
from submissions.pictures import PHOTO
from submissions.services import BUSY
from zones.forms import add_refusal
from zones.models import Municipality

#: A picture that found no place among those being read comes again after so many seconds.
NEXT_TRY_S = "2"


class ReportPage(ReportsView):
    """What the form and its helpers share."""

    beyond: BeyondError | None = None

    @cached_property
    def categories(self) -> dict[str, Category]:
        """What can be chosen, by code, in the town's order. One query."""
        rows = Category.objects.in_municipality(self.municipality).offered()
        return {row.code: row for row in rows.select_related("parent")}

    @cached_property
    def user(self) -> User | None:
        """Whoever is signed in."""
        return self.request.user if isinstance(self.request.user, User) else None

    @property
    def slug(self) -> str:
        """Short name of the town."""
        return self.municipality.slug

    def form(
        self, data: Any, user: User | None, initial: dict[str, Any] | None = None
    ) -> ReportForm:
        """The form for somebody, or for nobody."""
        return ReportForm(
            data, initial=initial, categories=self.categories, is_signed_in=user is not None
        )

    def ready(
        self, form: ReportForm, data: QueryDict, user: User | None, *, has_photos: bool
    ) -> tuple[Ready | None, Found | None]:
        """Everything a report needs; else the form says what is missing, or asks which place."""
        is_valid = form.is_valid()
        category = form.cleaned_data.get("category")
        questions = QuestionsForm(category, data) if isinstance(category, Category) else None
        found = self._place(form)
        if questions is not None and not questions.is_valid():
            form.add_error(None, _("Answer the questions about this kind of fault."))
        if not is_valid or form.errors or found is None or found.choices or questions is None:
            return None, found
        ready = Ready(values=form.cleaned_data, answers=questions.answers(), place=found, user=user)
        if not ready.says_anything(has_photos):
            form.add_error("words", _("Write a few words, or add a photo."))
            return None, found
        return ready, found

    def _place(self, form: ReportForm) -> Found | None:
        told = told_of(self.municipality, form.cleaned_data)
        try:
            return find_place(municipality=self.municipality, told=told)
        except BeyondError as refused:
            self.beyond = refused
            form.add_error("where", refused)
        except ValidationError as refused:
            form.add_error("where", refused)
        return None


@method_decorator(never_cache, name="dispatch")
class ReportView(ReportPage):
    """The form; sending it leads over what may be the same to the receipt."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The form as far as it was filled, begun by a sign, a place or a point of the map."""
        draft = read_draft(request, slug)
        data = draft.data()
        initial = {name: data[name] for name in data} | begun(self.municipality, request.GET)
        initial["once"] = secrets.token_urlsafe(16)
        initial.setdefault("is_named", True)
        form = self.form(None, self.user, initial)
        return self._show(form, draft, data if draft.typed else None)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Keep what was typed; then ask, refuse, or send."""
        draft = read_draft(request, slug)
        is_decided = "decided" in request.POST
        if not is_decided:
            draft.typed = typed_of(request.POST)
            keep_draft(request, slug, draft)
        data = draft.data()
        known = sent_before(self.municipality, data.get("once", ""))
        if known:
            return redirect(receipt_path(slug, known.tracking))
        form = self.form(data, self.user)
        refused = self._take_photos(draft, form)
        if refused:
            return refused
        ready, found = self.ready(form, data, self.user, has_photos=bool(draft.photos))
        if ready is None:
            return self._show(form, draft, data, found, 400)
        return self._decide(ready, form, draft, data)

    def _decide(
        self, ready: Ready, form: ReportForm, draft: ReportDraft, data: QueryDict
    ) -> HttpResponse:
        """What may be the same comes first; then a report, or one more who says so too."""
        decided, now = self.request.POST.get("decided", ""), timezone.now()
        same = same_here(self.municipality, ready, now)
        if same.is_any and not decided:
            return render(
                self.request, "incidents/report_check.html", {"same": same, "known": same.known}
            )
        if decided == "back":
            return redirect(self.request.path)
        try:
            if decided.startswith("join-"):
                joined = follow_instead(self, ready, same, decided.removeprefix("join-"), now)
                drop_draft(self.request, self.slug)
                return joined
            sent = send(self, ready, held_pictures(draft.photos), now)
        except ValidationError as refused:
            add_refusal(form, refused)
            return self._show(form, draft, data, None, 400)
        except IntegrityError:  # the same form was being sent at the same moment
            before = sent_before(self.municipality, data.get("once", ""))
            if before is None:
                raise
            sent = before
        if isinstance(sent, HttpResponse):
            return sent
        drop_draft(self.request, self.slug)
        return redirect(receipt_path(self.slug, sent.tracking))

    def _take_photos(self, draft: ReportDraft, form: ReportForm) -> HttpResponse | None:
        """Clean what came with the form; a refused picture is said at its field."""
        dropped = set(self.request.POST.getlist("drop"))
        draft.photos = [one for one in draft.photos if one not in dropped]
        files = self.request.FILES.getlist("photos")
        for file in files[: MOST_PHOTOS - len(draft.photos)]:
            now = timezone.now()
            until = refused_until(self.request, "pictures", PICTURES, now)
            if until:
                return too_many(self.request, self.municipality, until, now)
            try:
                draft.photos.append(hold(self.municipality, file))
            except ValidationError as refused:
                add_refusal(form, refused)
        if files or dropped:
            keep_draft(self.request, self.slug, draft)
        return None

    def _show(
        self,
        form: ReportForm,
        draft: ReportDraft,
        data: QueryDict | None,
        found: Found | None = None,
        status: int = 200,
    ) -> HttpResponse:
        chosen = str(form["category"].value() or "")
        asked = self.request.GET.get("q", "")
        shown = find_categories(list(self.categories.values()), asked)
        site = site_numbered(self.municipality, str(form["site"].value() or ""))
        context = {
            "form": form,
            "groups": groups(shown, chosen, data),
            "chosen": chosen,
            "asked": asked,
            "site": site,
            "choices": found.choices if found else (),
            "beyond": self.beyond,
            "photos": held_pictures(draft.photos),
            "most_photos": MOST_PHOTOS,
            "bbox": _around(site) or self.bbox,
            "limits": self.bbox,
            "user_email": self.user.email if self.user else "",
        }
        return render(self.request, "incidents/report.html", context, status=status)


class CategorySearchView(ReportPage):
    """Codes of the kinds of faults that fit what is being typed."""

    def get(self, request: HttpRequest, slug: str) -> JsonResponse:
        """One query, however much is typed."""
        found = find_categories(list(self.categories.values()), request.GET.get("q", ""))
        return JsonResponse({"codes": [one.code for one in found]})


@method_decorator(never_cache, name="dispatch")
class ReportPhotoView(ReportPage):
    """One picture at a time while the form is filled in, so that sending it is quick."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Clean and hold it; or a sentence why not."""
        draft, now = read_draft(request, slug), timezone.now()
        if "drop" in request.POST:
            draft.photos = [one for one in draft.photos if one != request.POST["drop"]]
            keep_draft(request, slug, draft)
            return JsonResponse({"photos": draft.photos})
        file = request.FILES.get("photo")
        if file is None or len(draft.photos) >= MOST_PHOTOS:
            return _no(_("At most three photos go with a report."), 400)
        until = refused_until(request, "pictures", PICTURES, now)
        if until:
            return too_many(request, self.municipality, until, now)
        try:
            draft.photos.append(hold(self.municipality, file))
        except ValidationError as refused:
            answer = _no(" ".join(refused.messages), 503 if refused.code == BUSY else 400)
            if refused.code == BUSY:
                answer["Retry-After"] = NEXT_TRY_S
            return answer
        keep_draft(request, slug, draft)
        return JsonResponse({"photos": draft.photos})


def hold(municipality: Municipality, file: UploadedFile[bytes]) -> str:
    """Clean and hold an uploaded file that is not too large to be read.

    Raises:
        ValidationError: as `hold_picture`.
    """
    most = PHOTO.largest_bytes + 1  # one more is refused with its sentence
    held = hold_picture(municipality=municipality, raw=file.read(most), now=timezone.now())
    return str(held.pk)


def groups(categories: list[Category], chosen: str, data: QueryDict | None) -> list[dict[str, Any]]:
    """Kinds of faults under their groups, each with its questions; the chosen group is open."""
    found: dict[int, dict[str, Any]] = {}
    for one in categories:
        if one.parent is None:
            continue
        row = found.setdefault(one.parent.pk, {"group": one.parent, "rows": [], "is_open": False})
        is_chosen = one.code == chosen
        bound = data if is_chosen else None
        questions = QuestionsForm(one, bound) if one.questions else None
        row["rows"].append({"category": one, "is_chosen": is_chosen, "questions": questions})
        row["is_open"] |= is_chosen
    return list(found.values())


def _no(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"detail": sentence}, status=status)


def _around(site: Site | None) -> tuple[float, float, float, float] | None:
    if site is None or site.geometry is None:
        return None
    west, south, east, north = site.geometry.extent
    return (west - 0.003, south - 0.003, east + 0.003, north + 0.003)
