"""The zone editor: kinds with their drafts, the drawing page, its steps, and the second person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from departments.access import Right
from departments.views import StaffView
from departments.views.base import ActionView, ChangeView
from portal.placing import follow_draft
from portal.zone_drawing import area_of_text, features
from portal.zone_pages import draft_context, kind_rows, review_context
from zones.forms import text_fields, texts_of
from zones.importing.rows import KindSpec
from zones.models import Municipality, ZoneDraft, ZoneEdition, ZoneKind
from zones.services.divisions import division_at
from zones.services.drafts import (
    DraftMovedOn,
    apply_step,
    begin_draft,
    discard,
    give_back,
    hand_in,
    make_kind,
    publish,
    redo,
    undo,
)

_LARGEST_BODY = 2_000_000


class ZoneKindsView(StaffView, TemplateView):
    """Kinds of zones with what is being drawn and what was in force."""

    right = Right.PLAN
    template_name = "portal/zone_editor/kinds.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A row for each kind that can be drawn."""
        return super().get_context_data(kinds=kind_rows(self.municipality), **kwargs)


class ZoneKindForm(forms.Form):
    """A kind of zones that the town has not got yet."""

    code = forms.SlugField(
        label=gettext_lazy("Short name, in small letters without spaces"), max_length=40
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one, several = gettext_lazy("Name of one"), gettext_lazy("Name of several")
        self.fields.update(text_fields(municipality, one))
        self.fields.update(text_fields(municipality, several, prefix="plurals", is_required=False))


class NewKindView(ChangeView):
    """Makes a kind and opens an empty draft of it."""

    right = Right.PLAN
    form_class = ZoneKindForm
    title = gettext_lazy("A new kind of zones")
    lead = gettext_lazy(
        "For example neighbourhoods or school districts. Zones drawn here never overlap."
    )
    submit = gettext_lazy("Begin to draw")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Names in the languages of the town."""
        return {**super().get_form_kwargs(), "municipality": self.municipality}

    def store(self, form: Any) -> str:
        """The kind, and its first draft."""
        cleaned = form.cleaned_data
        spec = KindSpec(
            cleaned["code"], texts_of(cleaned), is_partition=True,
            plurals=texts_of(cleaned, "plurals"),
        )  # fmt: skip
        kind = make_kind(municipality=self.municipality, spec=spec)
        self.draft = begin_draft(
            municipality=self.municipality, kind=kind, actor=self.membership.user, now=self.act.now
        )
        return _("Draw the zones, or make them without the map below it.")

    def back(self) -> str:
        """The drawing page once there is a draft."""
        slug = self.municipality.slug
        if hasattr(self, "draft"):
            return reverse("portal:zone_draft", args=[slug, self.draft.pk])
        return reverse("portal:zone_editor", args=[slug])


class BeginView(ActionView):
    """Begins a draft from what is in force, or from what was before a publication."""

    right = Right.PLAN
    draft: ZoneDraft | None = None

    def act_on(self, **kwargs: Any) -> str:
        """One draft of a kind at a time."""
        kinds = ZoneKind.objects.in_municipality(self.municipality)
        if not self.request.POST.get("kind"):
            raise ValidationError(_("Choose which zones shall be drawn."), code="no_kind")
        kind = get_object_or_404(kinds, pk=_number(self.request.POST["kind"]))
        undone = None
        if self.request.POST.get("undo"):
            editions = ZoneEdition.objects.in_municipality(self.municipality).filter(kind=kind)
            undone = get_object_or_404(editions, pk=_number(self.request.POST["undo"]))
        self.draft = begin_draft(
            municipality=self.municipality,
            kind=kind,
            actor=self.membership.user,
            now=timezone.now(),
            undo=undone,
        )
        if undone:
            return _("These are the zones as they were before. Hand them in to have them back.")
        return _("Draw the zones, or change them without the map below it.")

    def back(self) -> str:
        """The new draft, or the list."""
        slug = self.municipality.slug
        if self.draft:
            return reverse("portal:zone_draft", args=[slug, self.draft.pk])
        return reverse("portal:zone_editor", args=[slug])


class DraftView(StaffView):
    """A page about one draft of this town."""

    right = Right.PLAN

    @cached_property
    def draft(self) -> ZoneDraft:
        """The draft of the address; one of another town is not found."""
        drafts = ZoneDraft.objects.in_municipality(self.municipality).select_related(
            "kind", "municipality", "made_by", "handed_in_by", "settled_by"
        )
        return get_object_or_404(drafts, pk=self.kwargs["pk"])

    def to_draft(self) -> HttpResponse:
        """Back to the page of the draft."""
        return redirect("portal:zone_draft", self.municipality.slug, self.draft.pk)


class ZoneDraftView(DraftView, TemplateView):
    """The drawing page; once handed in, the page of the second person."""

    tools = (
        ("look", gettext_lazy("Look")),
        ("draw", gettext_lazy("Draw a zone")),
        ("split", gettext_lazy("Split")),
        ("merge", gettext_lazy("Merge")),
        ("border", gettext_lazy("Move a border")),
        ("point", gettext_lazy("Move a point")),
    )

    def get_template_names(self) -> list[str]:
        """Drawing, or comparing before and after."""
        is_open = self.draft.state == ZoneDraft.State.DRAFT
        return [f"portal/zone_editor/{'draw' if is_open else 'review'}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The zones, what would change, and what can be chosen in the forms."""
        if self.draft.state == ZoneDraft.State.DRAFT:
            shown = draft_context(self.draft, self.today, self.language)
        else:
            shown = review_context(self.draft, self.today)
            shown["is_own"] = self.draft.handed_in_by_id == self.membership.user.pk
        return super().get_context_data(
            **{"draft": self.draft, "bbox": self.bbox, **shown, **kwargs}
        )


class StepView(DraftView):
    """Takes one step, from the map as JSON or from a form."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it; a refusal says what to do and where."""
        is_json = request.content_type == "application/json"
        try:
            act = _read(request) if is_json else _act_of(request)
            self._perform(act)
        except DraftMovedOn:
            sentence = _("Somebody else works on this draft. Load the page again to see it.")
            return self._refused(sentence, "moved_on", None, 409, is_json=is_json)
        except ValidationError as refused:
            sentence = " ".join(refused.messages)
            place = getattr(refused, "place", None)
            code = str(getattr(refused, "code", "") or "invalid")
            return self._refused(sentence, code, place, 422, is_json=is_json)
        return JsonResponse(_state(self.draft)) if is_json else self.to_draft()

    def _perform(self, act: Mapping[str, Any]) -> None:
        now, draft = timezone.now(), self.draft
        if act.get("op") == "undo":
            undo(draft=draft, now=now)
        elif act.get("op") == "redo":
            redo(draft=draft, now=now)
        else:
            position = act.get("position")
            given = {key: value for key, value in act.items() if key != "position"}
            standing = position if isinstance(position, int) else None
            apply_step(draft=draft, act=given, now=now, position=standing)
        draft.refresh_from_db()

    def _refused(
        self, sentence: str, code: str, place: Any, status: int, *, is_json: bool
    ) -> HttpResponse:
        if not is_json:
            messages.error(self.request, sentence)
            return self.to_draft()
        problem = {"title": _("Not done"), "status": status, "detail": sentence, "code": code}
        if place:
            problem["place"] = list(place)
        return JsonResponse(problem, status=status, content_type="application/problem+json")


class DraftStateView(DraftView):
    """The zones of a draft for the map."""

    def get(self, request: HttpRequest, **kwargs: Any) -> JsonResponse:
        """What a step answers, too."""
        return JsonResponse(_state(self.draft))


class HandInView(DraftView):
    """Hands a draft in, or throws it away."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The note goes to the second person."""
        now, actor = timezone.now(), self.membership.user
        note = request.POST.get("note", "").strip()
        try:
            if request.POST.get("do") == "discard":
                discard(draft=self.draft, actor=actor, now=now)
                messages.success(request, _("The draft was thrown away. Nothing has changed."))
                return redirect("portal:zone_editor", self.municipality.slug)
            hand_in(draft=self.draft, note=note, actor=actor, now=now)
            messages.success(request, _("Handed in. A second person publishes it."))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return self.to_draft()


class SettleView(DraftView):
    """The second person publishes it, gives it back or throws it away."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Whoever handed it in cannot publish it."""
        doing = {"publish": self._publish, "back": self._back, "discard": self._discard}
        act = doing.get(request.POST.get("do", ""))
        try:
            if act is None:
                raise ValidationError(_("Choose what shall be done."), code="no_choice")
            messages.success(request, act())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return self.to_draft()

    def _publish(self) -> str:
        now = timezone.now()
        publish(draft=self.draft, actor=self.membership.user, now=now)
        if follow_draft(draft=self.draft, now=now):
            return _("Published. Addresses and residents belong to the new zones now.")
        return _("Published. The addresses follow in a few minutes; this page says when.")

    def _back(self) -> str:
        note = self.request.POST.get("note", "").strip()
        give_back(draft=self.draft, note=note, now=timezone.now())
        return _("Given back to be drawn on.")

    def _discard(self) -> str:
        discard(draft=self.draft, actor=self.membership.user, now=timezone.now())
        return _("The draft was thrown away. Nothing has changed.")


def _state(draft: ZoneDraft) -> dict[str, Any]:
    last = draft.steps.order_by("-number").values_list("number", flat=True)[0]
    return {
        "position": draft.position,
        "canUndo": draft.position > 0,
        "canRedo": draft.position < last,
        "zones": features(division_at(draft)),
    }


def _read(request: HttpRequest) -> Mapping[str, Any]:
    unreadable = ValidationError(
        _("This step cannot be read. Load the page again and repeat it."), code="unknown_act"
    )
    if len(request.body) > _LARGEST_BODY:
        raise unreadable
    try:
        act = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise unreadable from error
    if not isinstance(act, dict):
        raise unreadable
    return act


def _act_of(request: HttpRequest) -> Mapping[str, Any]:
    """A step out of a form: the same that the map sends."""
    sent = request.POST
    act: dict[str, Any] = {
        name: sent[name]
        for name in ("op", "zone", "into", "from", "street", "code")
        if name in sent
    }
    act |= {name: sent.getlist(name) for name in ("zones", "streets")}
    act["names"] = texts_of(sent)
    act["only_free"] = bool(sent.get("only_free"))
    if act.get("op") == "draw":
        upload = request.FILES.get("file")
        text = upload.read(_LARGEST_BODY + 1) if upload else b""
        act["geometry"] = area_of_text(text.decode("utf-8", "replace") or sent.get("text", ""))
    return act


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
