"""My places: what waits for me first, then all of them with their scores; also as a table."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpResponseBase
from django.utils.functional import cached_property
from django.views.generic import ListView

from departments.access import Right, memberships_with
from departments.views import StaffView
from satisfaction.access import owned_sites
from satisfaction.forms import OwnPlacesForm
from satisfaction.models import Alert, SiteFigure, Snapshot
from satisfaction.present.figures import current_snapshot
from satisfaction.present.mine import OwnFigures, alert_row
from satisfaction.services.reprints import TROUBLED
from sign_registry.models import Comment, Sign, Site, SiteCategory, SitePeriod
from sign_registry.querysets import SiteQuerySet
from sign_registry.site_present import site_row, with_shown
from zones.exports import csv_file
from zones.names import in_language
from zones.views import ExportedView

#: As many of each kind of waiting things stand above the list; the list has them all.
MOST_WAITING = 10


class OwnerView(StaffView):
    """A page for whoever answers for places, about no others than these."""

    right = Right.OWN_SITES
    narrows: ClassVar[bool] = True

    @cached_property
    def sites(self) -> SiteQuerySet:
        """The places this person answers for, open or closed."""
        held = memberships_with(self.request.user, self.municipality, self.right, self.today)
        return owned_sites(self.municipality, held, self.today)

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """The newest figures; an owner sees them before they are public."""
        return current_snapshot(self.municipality, self.today, is_staff=True)


class MineView(OwnerView, ExportedView, ListView[Site]):
    """The own places of a person."""

    template_name = "satisfaction/mine.html"
    paginate_by = 20

    @cached_property
    def open_sites(self) -> SiteQuerySet:
        """Own places that are open; those are what waits."""
        return self.sites.open_on(self.today)

    @cached_property
    def filters(self) -> OwnPlacesForm:
        """The choice of the reader among the kinds that are there."""
        periods = SitePeriod.objects.in_force(self.today).filter(site__in=self.open_sites)
        categories = SiteCategory.objects.filter(pk__in=periods.values("category"))
        return OwnPlacesForm(self.request.GET, categories=categories.order_by("pk"))

    def get_queryset(self) -> QuerySet[Site]:
        """What the filters leave, by name."""
        chosen = self.open_sites
        if not self.filters.is_valid():
            return chosen.none()
        wanted = self.filters.cleaned_data
        if wanted["q"]:
            chosen = chosen.matching(wanted["q"].replace("\x00", ""))
        if wanted["category"]:
            chosen = chosen.of_category(wanted["category"].code, self.today)
        if wanted["waiting"]:
            chosen = chosen.filter(self._where(wanted["waiting"]))
        shown = with_shown(chosen.select_related("municipality"), self.today)
        return shown.by_name(self.language)

    def _where(self, waiting: str) -> Q:
        if waiting == "fall":
            return Q(Exists(Alert.objects.open().filter(site=OuterRef("pk"))))
        if waiting == "comment":
            return Q(Exists(_comments().filter(site=OuterRef("pk"))))
        if waiting == "sign":
            return Q(Exists(_troubled().filter(site=OuterRef("pk"))))
        shown = SiteFigure.objects.filter(site=OuterRef("pk"), score__isnull=False)
        if self.snapshot is None:
            return Q(pk__isnull=False)
        return ~Q(Exists(shown.of_snapshot(self.snapshot)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What waits, and the page of the list."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = list(self._rows(list(page.object_list)))
        return {
            **context,
            "page": page,
            "filters": self.filters,
            "is_narrowed": any(self.request.GET.get(name) for name in self.filters.fields),
            "alerts": self._alerts(),
            "commented": self._commented(),
            "comment_count": _comments().filter(site__in=self.open_sites).count(),
            "signs": self._signs(),
            "sign_count": _troubled().filter(site__in=self.open_sites).count(),
            "most": MOST_WAITING,
            "snapshot": self.snapshot,
        }

    def _rows(self, sites: list[Site]) -> Iterator[dict[str, Any]]:
        figures = OwnFigures(self.snapshot, sites, self.language, self.today)
        falls = dict(Alert.objects.open().filter(site__in=sites).values_list("site", "pk"))
        comments, signs = _numbers(_comments(), sites), _numbers(_troubled(), sites)
        for site in sites:
            yield {
                "site": site_row(site),
                "fall": falls.get(site.pk),
                "comments": comments.get(site.pk, 0),
                "signs": signs.get(site.pk, 0),
                **figures.row(site),
            }

    def _alerts(self) -> list[dict[str, Any]]:
        """Worsenings to answer, the most urgent first."""
        found = Alert.objects.in_municipality(self.municipality).open()
        found = found.filter(site__in=self.open_sites).select_related("site", "municipality")
        due = found.order_by("answer_due_on", "pk")[:MOST_WAITING]
        return [alert_row(alert, self.today, self.language) for alert in due]

    def _commented(self) -> list[dict[str, Any]]:
        """Places with comments to read, those with most first."""
        counted = (
            _comments()
            .filter(site__in=self.open_sites)
            .values_list("site", "site__names")
            .annotate(number=Count("pk"))
            .order_by("-number", "site")[:MOST_WAITING]
        )
        return [
            {
                "site_id": site,
                "name": in_language(names, self.municipality.languages),
                "number": number,
            }
            for site, names, number in counted
        ]

    def _signs(self) -> list[Sign]:
        """Signs that are not what they were hung as."""
        found = _troubled().filter(site__in=self.open_sites)
        found = found.select_related("site__municipality")
        return list(found.order_by("number")[:MOST_WAITING])

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table for the office."""
        return {"csv": self._csv}

    def _csv(self) -> HttpResponseBase:
        columns = ("code", "name", "category", "score", "low", "high", "votes", "period",
                   "worsening_to_answer", "comments_to_read", "signs_to_look_after")  # fmt: skip
        return csv_file(f"{self.municipality.slug}-my-places", columns, self._lines())

    def _lines(self) -> Iterator[tuple[object, ...]]:
        for row in self._rows(list(self.get_queryset())):
            site, figure = row["site"], row["figure"]
            fact = figure["fact"] if figure else None
            yield (
                site["code"],
                site["name"],
                site["category"].code if site["category"] else "",
                f"{fact.score:.2f}" if fact else "",
                f"{fact.low:.2f}" if fact else "",
                f"{fact.high:.2f}" if fact else "",
                fact.votes if fact else "",
                fact.code if fact else "",
                bool(row["fall"]),
                row["comments"],
                row["signs"],
            )


def _comments() -> Any:
    return Comment.objects.about_the_place().waiting()


def _troubled() -> Any:
    return Sign.objects.in_state(*TROUBLED)


def _numbers(rows: Any, sites: list[Site]) -> dict[int, int]:
    """How many of some rows each place has."""
    counted = rows.filter(site__in=sites).values_list("site").annotate(number=Count("pk"))
    return dict(counted.order_by("site"))
