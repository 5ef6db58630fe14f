"""News for programs that read along: RSS, and calendars of phones; the same choice as the list."""

import datetime as dt
import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vGeo, vText

from notifications.labels import area_words, in_short, meeting_place, when_words
from notifications.models import Announcement
from notifications.paths import news_list_path, news_path
from notifications.present import language_of, middle_of
from notifications.topics import Topic
from notifications.views.news import NewsPage

MOST_ITEMS = 50
#: Dates that are longer past are taken out of the calendar.
KEPT_DAYS = 90
_FRESH_S = 300


class FeedPage(NewsPage):
    """A file in one language for everybody: caches may keep it for five minutes."""

    content_type = ""

    @cached_property
    def language(self) -> str:
        """As the address names it, else the town's first: never by cookie or browser."""
        asked = self.request.GET.get("language", "")
        if asked not in ("", *self.municipality.languages):
            raise Http404
        return asked or str(self.municipality.languages[0])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The file, or that nothing changed."""
        with translation.override(self.language):
            content = self.content(**kwargs)
        answer = HttpResponse(content, content_type=self.content_type)
        answer["Cache-Control"] = f"public, max-age={_FRESH_S}"
        answer["Content-Language"] = self.language
        answer["X-Content-Type-Options"] = "nosniff"
        answer["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        patch_vary_headers(answer, ["Accept-Encoding"])
        same = get_conditional_response(request, etag=answer["ETag"], response=answer)
        return same or answer

    def content(self, **kwargs: Any) -> bytes:
        """The bytes of the file, in the active language."""
        raise NotImplementedError

    def address(self, path: str) -> str:
        """A path of this town as a full address."""
        return self.request.build_absolute_uri(path)


class NewsFeedView(FeedPage):
    """RSS 2.0 of the newest notices, for a topic and a place where they are named."""

    content_type = "application/rss+xml; charset=utf-8"

    def content(self, **kwargs: Any) -> bytes:
        """Fifty notices at most."""
        town = self.municipality
        feed = Rss201rev2Feed(
            title=self._title(),
            link=self.address(news_list_path(town.slug)),
            description=_("What the town hall tells: works, interruptions, events."),
            language=self.language,
            feed_url=self.request.build_absolute_uri(),
        )
        for one in self.chosen()[:MOST_ITEMS]:
            lines = filter(None, [when_words(one), meeting_place(one), one.text, area_words(one)])
            feed.add_item(
                title=one.title,
                link=self.address(news_path(town.slug, one.pk)),
                description="\n\n".join(lines),
                pubdate=one.published_at,
                categories=[one.get_topic_display()],
                unique_id=self.address(news_path(town.slug, one.pk)),
            )
        return feed.writeString("utf-8").encode()

    def _title(self) -> str:
        parts = [_("News of %(town)s") % {"town": self.municipality.name}]
        if self.choice.topic:
            parts.append(str(Topic(self.choice.topic).label))
        parts += [self.choice.zone.name] if self.choice.zone else []
        parts += [self.choice.words] if self.choice.words else []
        return " · ".join(parts)


class CalendarPage(FeedPage):
    """iCalendar (RFC 5545), with moments in UTC."""

    content_type = "text/calendar; charset=utf-8"

    def calendar(self, rows: list[Announcement]) -> bytes:
        """A calendar of some notices."""
        calendar = Calendar()
        calendar.add("prodid", "-//Megdan//News//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        name = _("News of %(town)s") % {"town": self.municipality.name}
        calendar.add("x-wr-calname", name)
        for one in rows:
            calendar.add_component(self._event(one))
        written: bytes = calendar.to_ical()
        return written

    def _event(self, one: Announcement) -> Event:
        event = Event()
        is_withdrawn = one.state == Announcement.State.WITHDRAWN
        # One that has no end of its own is shown for an hour.
        begins = one.starts_at or one.ends_at or one.published_at or one.created_at
        ends = one.ends_at if one.ends_at and one.ends_at > begins else None
        link = self.address(news_path(self.municipality.slug, one.pk))
        event.add("uid", f"notice-{one.pk}@{self.municipality.slug}.megdan")
        event.add("dtstamp", (one.published_at or one.created_at).astimezone(dt.UTC))
        event.add("dtstart", begins.astimezone(dt.UTC))
        event.add("dtend", (ends or begins + dt.timedelta(hours=1)).astimezone(dt.UTC))
        event.add("sequence", 1 if is_withdrawn else 0)
        event.add("status", "CANCELLED" if is_withdrawn else "CONFIRMED")
        event.add("url", link)
        if is_withdrawn:
            event.add("summary", _("Withdrawn"))
            return event
        event.add(
            "summary", vText(one.title, params={"LANGUAGE": language_of(one) or self.language})
        )
        event.add("description", f"{in_short(one.text, 500)}\n\n{link}")
        event.add("categories", [one.get_topic_display()])
        if place := meeting_place(one):
            event.add("location", place)
        if point := middle_of(one):
            event.add("geo", vGeo((round(point.y, 6), round(point.x, 6))))
        return event


class NewsCalendarView(CalendarPage):
    """Every notice with a date that is not long over; withdrawn ones as cancelled."""

    def content(self, **kwargs: Any) -> bytes:
        """Events and periods, the next first."""
        now = timezone.now()
        since = now - dt.timedelta(days=KEPT_DAYS)
        readable = Announcement.objects.in_municipality(self.municipality).readable(now)
        dated = self.narrowed(readable).filter(starts_at__isnull=False)
        rows = dated.exclude(ends_at__lt=since).exclude(ends_at=None, starts_at__lt=since)
        return self.calendar(list(rows.order_by("starts_at", "pk")[:500]))


class NewsEventView(CalendarPage):
    """One notice for the calendar of a phone."""

    def content(self, **kwargs: Any) -> bytes:
        """A calendar with one entry; not found where there is no date."""
        own = Announcement.objects.in_municipality(self.municipality).readable(timezone.now())
        dated = own.filter(starts_at__isnull=False).select_related("municipality", "target")
        return self.calendar([get_object_or_404(dated, pk=kwargs["pk"])])
