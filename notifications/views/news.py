"""News of the town for everybody, without an account: the list and the page of one notice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from notifications.models import Announcement, Attachment
from notifications.paths import news_path
from notifications.present import news_row, notice_page
from notifications.querysets import AnnouncementQuerySet
from notifications.topics import Topic
from notifications.views.files import pdf_response
from submissions.serving import picture_response
from zones.asked_place import AskedPlaceView
from zones.exports import csv_file, geojson_file
from zones.models import Zone
from zones.names import in_language
from zones.views import ExportedView, TownView

COLUMNS = ("id", "title", "topic", "urgency", "published", "from", "until", "area", "address")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which notices are asked for: of a topic, of a neighbourhood, of an address."""

    topic: str = ""
    zone: Zone | None = None
    words: str = ""
    point: Point | None = None

    def query(self) -> str:
        """The same choice as the end of an address."""
        given = {"topic": self.topic, "zone": self.zone.pk if self.zone else "", "q": self.words}
        return urlencode({name: value for name, value in given.items() if value})


class NewsPage(AskedPlaceView):
    """What lists and feeds share: the choice, and the rows it leaves."""

    @cached_property
    def choice(self) -> Choice:
        """As the address names it; what is unknown is not found, an address may be."""
        topic = self.request.GET.get("topic", "")
        if topic not in ("", *Topic.values):
            raise Http404
        return Choice(topic, self.asked_zone, self.asked_words, self.asked_point)

    def chosen(self) -> AnnouncementQuerySet:
        """Public ones of the choice, newest first; those for the whole town belong everywhere."""
        rows = Announcement.objects.in_municipality(self.municipality).public(timezone.now())
        return self.narrowed(rows).newest_first()

    def narrowed(self, rows: AnnouncementQuerySet) -> AnnouncementQuerySet:
        """Keep what the choice leaves of some rows."""
        if self.choice.topic:
            rows = rows.filter(topic=self.choice.topic)
        if self.choice.words and self.choice.point is None:
            return rows.none()
        for shape in self.asked_shapes:
            rows = rows.filter(
                Q(target__isnull=True)
                | Q(target__geometry__intersects=shape)
                | Q(geometry__intersects=shape)
            )
        return rows.select_related("municipality", "target")


class NewsListView(NewsPage, ExportedView, ListView[Announcement]):
    """Every published notice, newest first, on a list and a map; also as CSV and GeoJSON."""

    template_name = "notifications/news/list.html"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Announcement]:
        """Those of the choice."""
        return self.chosen()

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table and the places."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows as the page shows them, numbered as on the map."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        rows = [news_row(one) for one in page.object_list]
        page.object_list = [
            {**row, "number": number} for number, row in enumerate(rows, page.start_index())
        ]
        zones = Zone.objects.in_municipality(self.municipality).in_force(self.today).areas()
        return {
            **context,
            "page": page,
            "choice": self.choice,
            "query": self.choice.query(),
            "is_unknown": bool(self.choice.words and self.choice.point is None),
            "topics": Topic.choices,
            "zones": zones.by_name(self.language),
            "places": [
                {"number": row["number"], "place": row["place"]}
                for row in page.object_list
                if row["place"]
            ],
            "bbox": self.bbox,
            "limits": self.bbox,
        }

    def _csv(self) -> HttpResponseBase:
        rows = (_plain(one).values() for one in self.chosen().iterator(chunk_size=200))
        return csv_file(f"{self.municipality.slug}-news", COLUMNS, (list(row) for row in rows))

    def _geojson(self) -> HttpResponseBase:
        features = (
            (one.geometry or (one.target.geometry if one.target else None), _plain(one))
            for one in self.chosen().iterator(chunk_size=200)
        )
        return geojson_file(f"{self.municipality.slug}-news", features)


class NewsView(TownView, TemplateView):
    """One notice; a withdrawn one says just that."""

    template_name = "notifications/news/page.html"

    @cached_property
    def announcement(self) -> Announcement:
        """One that was published in this town."""
        own = Announcement.objects.in_municipality(self.municipality).readable(timezone.now())
        rows = own.select_related("municipality", "target", "works", "corrects")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The notice in words, on the map, with what goes with it."""
        one = self.announcement
        if one.state == Announcement.State.WITHDRAWN:
            newer = one.corrections.public(timezone.now()).newest_first().first()
            return super().get_context_data(one=one, newer=newer, is_withdrawn=True, **kwargs)
        attachments = list(one.attachments.select_related("picture").order_by("pk"))
        return super().get_context_data(
            one=one,
            attachments=attachments,
            is_over=bool(one.ends_at and one.ends_at <= timezone.now()),
            share_url=self.request.build_absolute_uri(news_path(self.municipality.slug, one.pk)),
            **notice_page(one, self),
            **kwargs,
        )


class NewsFileView(TownView):
    """An attachment of a published notice: a picture to see, a paper to keep."""

    def get(self, request: Any, slug: str, pk: int) -> HttpResponseBase:
        """The file; none of drafts and of withdrawn notices."""
        public = Announcement.objects.in_municipality(self.municipality).public(timezone.now())
        rows = Attachment.objects.filter(announcement__in=public).select_related("picture")
        attachment = get_object_or_404(rows, pk=pk)
        if attachment.picture is not None:
            return picture_response(attachment.picture)
        return pdf_response(attachment, is_public=True)


def _plain(one: Announcement) -> dict[str, Any]:
    order = one.municipality.languages
    moments = (one.published_at, one.starts_at, one.ends_at)
    published, begins, ends = (value.isoformat() if value else "" for value in moments)
    return {
        "id": one.pk,
        "title": in_language(one.titles, order),
        "topic": one.topic,
        "urgency": one.urgency,
        "published": published,
        "from": begins,
        "until": ends,
        "area": one.target.description if one.target else _("The whole town"),
        "address": news_path(one.municipality.slug, one.pk),
    }
