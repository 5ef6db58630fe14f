"""A figure inside the page of a newspaper: a frame of our own, and a still picture for the rest."""

from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.generic import TemplateView

from departments.access import Right
from satisfaction.charts import Caption, Row, Shape, dot_intervals, save
from satisfaction.facts import Fact
from satisfaction.models import Figure, GroupFigure, SiteFigure, Snapshot
from satisfaction.paths import open_data_path
from satisfaction.present.embedding import embeddable
from satisfaction.present.figures import current_snapshot, figure_row
from satisfaction.sentences import (
    alt_text,
    citation,
    count_text,
    interval_text,
    invented,
    period_label,
    score_text,
    short,
)
from satisfaction.sentences.figures import name_of
from satisfaction.views.press_base import PressPage
from sign_registry.paths import site_path
from zones.names import in_language
from zones.querysets import collated
from zones.views import TownView

_HOUR = 3600
_ABOUT = ("site", "category", "zone")


class EmbeddedView(TownView):
    """What frame and picture share: the one public figure that the address names."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Speak the language of the address: a newspaper's readers set none here."""
        super().setup(request, *args, **kwargs)
        asked = request.GET.get("lang", "")
        if asked in dict(settings.LANGUAGES):
            translation.activate(asked)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let others keep the answer for an hour; nothing in it is about its reader."""
        answer = super().dispatch(request, *args, **kwargs)
        answer["Cache-Control"] = f"public, max-age={_HOUR}"
        return answer

    @cached_property
    def fact(self) -> Fact | None:
        """The figure; None where there is none, or it may not be shown now."""
        return embeddable(self.municipality, self.request.GET, self.today)

    def source(self) -> str:
        """Where the figure stands in full."""
        number, slug = self.request.GET.get("site", ""), self.municipality.slug
        path = site_path(slug, int(number)) if number else open_data_path(slug)
        return self.request.build_absolute_uri(path)


@method_decorator(xframe_options_exempt, name="dispatch")
@method_decorator(
    csp_replace({"frame-ancestors": ["*"], "script-src": ["'none'"], "connect-src": ["'none'"]}),
    name="dispatch",
)
class EmbedView(EmbeddedView, TemplateView):
    """The figure as a small page that any site may frame; it sets no cookie and runs no script."""

    template_name = "satisfaction/embed.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The figure in words."""
        row = figure_row(self.fact, self.language) if self.fact else None
        return super().get_context_data(
            figure=row,
            fact=self.fact,
            town=in_language(self.municipality.names, self.municipality.languages),
            source=self.source() if self.fact else "",
            **kwargs,
        )


class EmbedPictureView(EmbeddedView):
    """The same figure as a still picture, for pages that frame nothing."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """A PNG; its words are inside it as well."""
        if self.fact is None:
            raise Http404
        content = _picture(self.fact, self.source(), self.language)
        return HttpResponse(content, content_type="image/png")


@method_decorator(csp_update({"frame-src": ["'self'"]}), name="dispatch")
class EmbedSnippetView(PressPage, TemplateView):
    """Lines to copy into another page: the frame, and the picture with its words."""

    right = Right.PUBLISH
    template_name = "satisfaction/embed_snippet.html"

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """The figures that everybody may see and that frames show."""
        return current_snapshot(self.municipality, self.today, is_staff=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What can be chosen, and the lines for what was."""
        about, number = self._about()
        asked = {about: number} if about else {}
        fact = embeddable(self.municipality, asked, self.today)
        query = urlencode({**asked, "lang": self.language})
        frame = f"{reverse('satisfaction:embed', args=[self.municipality.slug])}?{query}"
        return super().get_context_data(
            snapshot=self.snapshot,
            choices=self._choices(),
            chosen=f"{about}:{number}" if about else "",
            fact=fact,
            frame=frame,
            title=short(fact, self.language) if fact else "",
            lines=self._lines(fact, frame, query) if fact else None,
            **kwargs,
        )

    def _lines(self, fact: Fact, frame: str, query: str) -> dict[str, str]:
        """Markup for the frame and for the picture, with every name escaped in it."""
        picture = f"{reverse('satisfaction:embed_picture', args=[self.municipality.slug])}?{query}"
        return {
            "frame": format_html(
                '<iframe src="{}" title="{}" width="100%" height="300" loading="lazy"></iframe>',
                self.request.build_absolute_uri(frame),
                short(fact, self.language),
            ),
            "picture": format_html(
                '<img src="{}" alt="{}" width="800" height="450" loading="lazy">',
                self.request.build_absolute_uri(picture),
                alt_text(fact, self.language),
            ),
        }

    def _about(self) -> tuple[str, str]:
        about, _colon, number = self.request.GET.get("about", "").partition(":")
        return (about, number) if about in _ABOUT else ("", "")

    def _choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What has a public figure: kinds of place, areas and places, each by its name."""
        if self.snapshot is None:
            return []
        groups = GroupFigure.objects.of_snapshot(self.snapshot).filter(score__isnull=False)
        kinds = groups.of_kind(GroupFigure.Kind.CATEGORY).select_related("category")
        areas = groups.of_kind(GroupFigure.Kind.ZONE).select_related("zone")
        places = (
            SiteFigure.objects.of_snapshot(self.snapshot)
            .filter(score__isnull=False)
            .exclude(site__in=self.withheld)
            .select_related("site")
            .defer("site__geometry")
            .order_by(collated(self.language, "site__names"), "site")
        )
        return [
            (
                _("Kinds of place"),
                [(f"category:{k.category.code}", k.category.name) for k in kinds if k.category],
            ),
            (_("Areas"), [(f"zone:{one.zone_id}", one.zone.name) for one in areas if one.zone]),
            (_("Places"), [(f"site:{one.site_id}", one.site.name) for one in places]),
        ]


def _picture(fact: Fact, source: str, language: str) -> bytes:
    """One dot on its interval, with everything that must be said along with it."""
    if fact.score is None or fact.low is None or fact.high is None:
        raise Http404
    low, high = interval_text(fact.low, fact.high, language)
    score, votes = score_text(fact.score, language), count_text(fact.votes, language)
    caption = Caption(
        title=name_of(fact),
        lead=period_label(fact.period, language),
        source=citation(fact, source, language),
        alt=alt_text(fact, language),
        note=_("Scale of 1 to 10. The figure is about those who voted."),
        invented=invented(language) if fact.is_synthetic else "",
    )
    row = Row(
        name=_("Score"),
        score=fact.score,
        low=fact.low,
        high=fact.high,
        printed=_("%(score)s (%(low)s to %(high)s)") % {"score": score, "low": low, "high": high},
        votes=ngettext("%(votes)s vote", "%(votes)s votes", fact.votes) % {"votes": votes},
        is_uncertain=fact.state == Figure.State.WIDE,
    )
    return save(dot_intervals([row], caption, Shape.WIDE), caption, "png")
