"""Saying something in a consultation, supporting it, and reading what was said."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from accounts.models import User
from consultations.models import Contribution, Standing
from consultations.opening_words import closed_words
from consultations.phases import Action, Opening
from consultations.placed_say_form import PlacedSayForm
from consultations.present.answers import zones_of
from consultations.present.reading import area_words, shapes_of
from consultations.present.voices import (
    COLUMNS,
    Choice,
    count_table,
    counts_of,
    own_hidden,
    placed,
    plain,
    public_rows,
    shapes_with,
    supported_by,
    threads,
    voice,
)
from consultations.say_forms import about_choices
from consultations.services.speaking import ground_of, say, voice_of
from consultations.services.supporting import toggle_support
from consultations.services.telling import process_path
from consultations.views.base import ProcessView
from consultations.voicing import phases_by_kind
from zones.area_streets import street_labels
from zones.exports import csv_file, geojson_file
from zones.forms import add_refusal
from zones.views import ExportedView, TownView


class AroundView(ProcessView):
    """A page whose map shows the area first."""

    @property
    def around(self) -> tuple[float, float, float, float]:
        """The area, or the whole town."""
        ground = ground_of(self.process)
        return self.bbox if ground is None else ground.extent


class SaidView(AroundView, ExportedView, ListView[Contribution]):
    """What was said, in threads, filtered and paged; also as CSV and GeoJSON."""

    template_name = "consultations/said.html"
    paginate_by = 20

    @cached_property
    def choice(self) -> Choice:
        """As the address names it; what is unknown is not found."""
        standing = self.request.GET.get("standing", "")
        if standing not in ("", *Standing.values):
            raise Http404
        return Choice(self._number("layer"), self._number("part"), standing)

    def get_queryset(self) -> QuerySet[Contribution]:
        """Threads of the choice, the newest first."""
        return threads(self.choice.of(public_rows(self.process)), self.process)

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table and the places; replies as well."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Threads, counts, and the own words that wait."""
        context = super().get_context_data(**kwargs)
        page, user, process = context["page_obj"], self.request.user, self.process
        supported, order = supported_by(user, process), self.municipality.languages
        page.object_list = [
            voice(one, order, supported, number)
            for number, one in enumerate(page.object_list, page.start_index())
        ]
        counts = counts_of(process)
        return {
            **context,
            "page": page,
            "process": process,
            "choice": self.choice,
            "query": self.choice.query(),
            "abouts": [
                (code.replace("-", "="), name, code) for code, name in about_choices(process)
            ],
            "standings": counts["every"],
            "table": count_table(process, counts),
            "all": counts["all"],
            "own": own_hidden(user, process),
            "can_say": bool(phases_by_kind(process.phases.all(), timezone.now())),
            "can_reply": self.opening(Action.COMMENT).is_open,
            "can_support": self.opening(Action.SUPPORT).is_open,
            "places": [
                {"number": row["number"], "place": row["place"]}
                for row in page.object_list
                if row["place"]
            ],
            "shapes": shapes_with(process, page.object_list),
            "bbox": self.around,
            "limits": self.bbox,
        }

    def _number(self, name: str) -> int:
        asked = self.request.GET.get(name, "") or self._about(name)
        if not asked:
            return 0
        if not asked.isdecimal() or len(asked) > 12:
            raise Http404
        return int(asked)

    def _about(self, name: str) -> str:
        """The list of the form sends `about=layer-3`."""
        kind, _separator, number = self.request.GET.get("about", "").partition("-")
        return number if kind == name else ""

    def _rows(self) -> QuerySet[Contribution]:
        return self.choice.of(public_rows(self.process)).order_by("said_at", "pk")

    def _csv(self) -> HttpResponseBase:
        order = self.municipality.languages
        rows = (list(plain(one, order).values()) for one in self._rows().iterator(chunk_size=200))
        return csv_file(self._name(), COLUMNS, rows)

    def _geojson(self) -> HttpResponseBase:
        rows = self._rows().iterator(chunk_size=200)
        return geojson_file(self._name(), placed(rows, self.municipality.languages))

    def _name(self) -> str:
        return f"{self.municipality.slug}-consultation-{self.process.number}-said"


class SignedInView(AccessMixin, TownView):
    """A page of somebody who is signed in; others are asked to."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go on with an account only."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)


class SayingView(AroundView, SignedInView):
    """A page on which somebody takes part; everybody may read without an account."""

    @property
    def person(self) -> User:
        """Who is signed in."""
        return cast(User, self.request.user)


class SayView(SayingView, TemplateView):
    """The form of an idea, a remark, a comment or a reply."""

    template_name = "consultations/say.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep it, or say what is wrong at its field."""
        form = self._form(request.POST)
        if form.is_valid():
            try:
                say(
                    process=self.process,
                    saying=form.saying(),
                    author=self.person,
                    now=timezone.now(),
                )
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(
                    request, _("Thank you. Everybody can read it once somebody looked at it.")
                )
                return redirect(process_path(self.process, "said/"))
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, or when it opens."""
        process, now = self.process, timezone.now()
        form = kwargs.pop("form", None) or self._form(None)
        voice = voice_of(self.person, process, now)
        return super().get_context_data(
            process=process,
            form=form,
            is_open=bool(self._kinds()),
            closed=closed_words(self._closed(), self.municipality.timezone),
            replied=self._replied(form),
            standing=dict(Standing.choices)[Standing(voice.standing)],
            area=area_words(process),
            streets=street_labels(self.municipality, self.language),
            shapes=shapes_of(process),
            bbox=self.around,
            limits=self.bbox,
            **kwargs,
        )

    def _kinds(self) -> list[str]:
        return list(phases_by_kind(self.process.phases.all(), timezone.now()))

    def _closed(self) -> Opening:
        windows = [self.opening(one) for one in (Action.COMMENT, Action.PROPOSE)]
        return next((one for one in windows if one.opens_at or one.closed_at), windows[0])

    def _form(self, data: Any) -> PlacedSayForm:
        initial = {
            "reply_to": self.request.GET.get("reply_to", ""),
            "about": f"part-{self.request.GET.get('part', '')}",
        }
        return PlacedSayForm(
            data,
            initial=initial,
            process=self.process,
            kinds=self._kinds(),
            zones=zones_of(self.process, self.language),
        )

    def _replied(self, form: PlacedSayForm) -> Contribution | None:
        asked = str(form["reply_to"].value() or "")
        if not asked.isdecimal() or len(asked) > 12:
            return None
        return public_rows(self.process).spoken().filter(pk=int(asked)).first()


class SupportView(SayingView):
    """One button: I am for this, or no longer."""

    def handle_no_permission(self) -> HttpResponseRedirect:
        """After signing in one reads on; a button cannot be pressed again by itself."""
        return redirect_to_login(process_path(self.process, "said/"))

    def post(self, request: HttpRequest, slug: str, pk: int, contribution: int) -> HttpResponse:
        """Support, or take it back, and go on reading."""
        rows = Contribution.objects.filter(process=self.process).shown()
        rows = rows.select_related("submission", "process__municipality")
        one = get_object_or_404(rows, pk=contribution)
        try:
            is_for = toggle_support(contribution=one, user=self.person, now=timezone.now())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            told = _("Your support is counted.") if is_for else _("Your support is taken back.")
            messages.success(request, told)
        return redirect(f"{process_path(self.process, 'said/')}#said-{one.parent_id or one.pk}")
