"""Questions about reports, chainable and in domain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.gis.db import models
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q

from geo.crs import STORAGE_SRID
from geo.metres import DistanceMetres, within_metres
from incidents.marks import ROUGH, ROUGH_M, Latitude, Longitude, RoughPoint, as_shown
from incidents.workflow import ALIVE, SORTED, Status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.contrib.gis.geos import GEOSGeometry

    from departments.models import Department
    from incidents.models import (
        AnswerTemplate,
        ApiKey,
        Category,
        Clock,
        CompetenceRule,
        Follower,
        Incident,
        IncidentEvent,
        LedgerRoot,
        Leg,
        MailDraft,
        OutageScope,
        PublishedHead,
        ReferenceCounter,
        Remark,
        RuleSet,
        SavedFilter,
    )
    from incidents.reach import Hat
    from zones.models import Municipality


AROUND_M = 50
"""So far an interruption reaches around a line or a point, which has no area of its own."""


class CategoryQuerySet(models.QuerySet["Category"]):
    """Categories of reports."""

    def in_municipality(self, municipality: Municipality) -> CategoryQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def offered(self) -> CategoryQuerySet:
        """What can be chosen: in use, no mere group, the town's order."""
        return self.filter(is_active=True, parent__isnull=False).order_by(
            "parent__position", "position", "code"
        )


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    """Versions of rules."""

    def in_municipality(self, municipality: Municipality) -> RuleSetQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def in_force(self) -> RuleSetQuerySet:
        """The version that decides now."""
        return self.filter(state="in_force")

    def drafts(self) -> RuleSetQuerySet:
        """Versions that are being written; a town has one at most."""
        return self.filter(state="draft").order_by("number")


class RuleQuerySet(models.QuerySet["CompetenceRule"]):
    """Rules of competence."""

    def in_municipality(self, municipality: Municipality) -> RuleQuerySet:
        """Keep those of one town."""
        return self.filter(rule_set__municipality=municipality)


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Reports."""

    def in_municipality(self, municipality: Municipality) -> IncidentQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def alive(self) -> IncidentQuerySet:
        """Keep those that somebody still works on or waits for."""
        return self.filter(status__in=ALIVE)

    def to_sort(self) -> IncidentQuerySet:
        """Keep what the rules could not decide, so that a person must."""
        return self.filter(status=Status.TRIAGE)

    def worked_on(self) -> IncidentQuerySet:
        """Keep what is being sorted or with a department."""
        return self.filter(status__in=SORTED)

    def seen_under(self, hats: Iterable[Hat]) -> IncidentQuerySet:
        """Keep what at least one hat covers: department x category x area, all three by one hat.

        A department also sees what it was asked for an opinion about. No hat sees nothing.
        """
        seen = Q(pk__in=[])
        for hat in hats:
            seen |= _under(hat)
        return self.filter(seen)

    def public(self) -> IncidentQuerySet:
        """Keep what everybody may know of: released, a report, and of a category that is shown.

        Page, list, map layer, file, figure and Open311 all begin here, and show of each row what
        `incidents/present/public.py` allows.
        """
        return self.filter(is_released=True, category__visibility__in=("public", "place")).exclude(
            status__in=(Status.NEW, Status.REFUSED)
        )

    def with_public_parts(self) -> IncidentQuerySet:
        """Bring along what `incidents/present/public.py` shows: three queries in all."""
        attachments = apps.get_model("incidents", "Attachment")._default_manager
        clocks = apps.get_model("incidents", "Clock")._default_manager
        released = attachments.filter(
            role__in=("description", "photo", "proof"), submission__state="released"
        )
        return self.select_related(
            "category__parent", "department", "street", "municipality"
        ).prefetch_related(
            models.Prefetch(
                "attachments",
                queryset=released.select_related("submission").order_by("pk"),
                to_attr="released_parts",
            ),
            models.Prefetch(
                "clocks",
                queryset=clocks.filter(state="running", code__in=("answer", "target")).order_by(
                    "-is_binding", "due_on", "pk"
                ),
                to_attr="running_terms",
            ),
        )

    def shown_in(self, box: Polygon) -> IncidentQuerySet:
        """Keep public reports whose mark, as everybody sees it, lies in a box (EPSG:4326).

        A report of which only the rough place is shown is asked for by that place: else its own
        could be found by asking for smaller and smaller boxes.
        """
        west, south, east, north = box.extent
        around = Polygon.from_bbox((west - ROUGH, south - ROUGH, east + ROUGH, north + ROUGH))
        around.srid = box.srid
        return self.annotate(rough=RoughPoint("geometry")).filter(
            Q(category__visibility="public", geometry__bboverlaps=box)
            | Q(category__visibility="place", rough__bboverlaps=box),
            geometry__bboverlaps=around,
        )

    def shown_meeting(self, region: GEOSGeometry) -> IncidentQuerySet:
        """Keep public reports whose place, as everybody sees it, shares a point with a region."""
        west, south, east, north = region.extent
        around = Polygon.from_bbox((west - ROUGH, south - ROUGH, east + ROUGH, north + ROUGH))
        around.srid = region.srid
        near = self.filter(geometry__bboverlaps=around)
        return near.annotate(shown=as_shown("geometry")).filter(shown__intersects=region)

    def shown_near(self, place: GEOSGeometry, metres: float) -> IncidentQuerySet:
        """Public reports whose mark lies near a place, nearest first, with `distance` to it."""
        shown = as_shown("geometry")
        around = within_metres("geometry", place, metres + ROUGH_M)
        measured = self.filter(around).annotate(distance=DistanceMetres(shown, place))
        near = measured.filter(distance__lte=metres)
        return near.order_by("distance", "-reported_at", "-pk")

    def marks(self, most: int) -> Iterable[tuple[str, int, str, float | None, float | None]]:
        """Reference, category, status and where the mark of a public report stands. One query."""
        mark = as_shown("geometry")
        columns = ("reference", "category_id", "status", "longitude", "latitude")
        placed = self.annotate(longitude=Longitude(mark), latitude=Latitude(mark))
        return placed.values_list(*columns)[:most]

    def to_release(self) -> IncidentQuerySet:
        """Keep what somebody must look at before everybody may: the whole, or a new picture."""
        attachments = apps.get_model("incidents", "Attachment")._default_manager
        events = apps.get_model("incidents", "IncidentEvent")._default_manager
        waiting = attachments.filter(
            incident=OuterRef("pk"), role__in=("photo", "proof"), submission__state="waiting"
        )
        hidden = events.filter(incident=OuterRef("pk"), kind="hidden")
        shown = self.filter(category__visibility__in=("public", "place")).exclude(
            status__in=(Status.NEW, Status.REFUSED)
        )
        return shown.filter(
            (Q(is_released=False) & ~Q(Exists(hidden)))
            | (Q(is_released=True, category__visibility="public") & Q(Exists(waiting)))
        )

    def of_kinds(self, categories: Iterable[int]) -> IncidentQuerySet:
        """Keep those of some categories, or of groups among them."""
        known = list(categories)
        return self.filter(Q(category__in=known) | Q(category__parent__in=known))

    def passed_around(self) -> IncidentQuerySet:
        """Keep what was sent on so often that the head of the town was called."""
        legs = apps.get_model("incidents", "Leg")._default_manager
        return self.filter(Exists(legs.filter(incident=OuterRef("pk"), number__gte=3)))

    def by_due(self) -> IncidentQuerySet:
        """What is due first comes first; without a term last, older first."""
        return self.order_by(models.F("due_on").asc(nulls_last=True), "reported_at", "pk")


def _under(hat: Hat) -> Q:
    remarks = apps.get_model("incidents", "Remark")._default_manager
    seen = Q()
    if hat.departments is not None:
        asked = remarks.filter(
            incident=OuterRef("pk"), kind="asked", department__in=hat.departments
        )
        seen &= Q(department__in=hat.departments) | Q(Exists(asked))
    if hat.zones is not None:
        seen &= Q(zone_ids__overlap=sorted(hat.zones))
    if hat.categories is not None:
        seen &= Q(category__in=hat.categories) | Q(category__parent__in=hat.categories)
    return seen if seen else Q(pk__isnull=False)


class FollowerQuerySet(models.QuerySet["Follower"]):
    """Followers of reports."""

    def to_tell(self) -> FollowerQuerySet:
        """Keep those who confirmed, or have an account."""
        return self.filter(Q(confirmed_at__isnull=False) | Q(user__isnull=False))


class IncidentEventQuerySet(models.QuerySet["IncidentEvent"]):
    """Events of reports."""

    def in_municipality(self, municipality: Municipality) -> IncidentEventQuerySet:
        """Keep those of one town."""
        return self.filter(incident__municipality=municipality)


class LedgerRootQuerySet(models.QuerySet["LedgerRoot"]):
    """Published roots."""

    def in_municipality(self, municipality: Municipality) -> LedgerRootQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def newest_first(self) -> LedgerRootQuerySet:
        """The newest day first."""
        return self.order_by("-day")


class PublishedHeadQuerySet(models.QuerySet["PublishedHead"]):
    """How far reports were when roots were published."""

    def in_municipality(self, municipality: Municipality) -> PublishedHeadQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def newest(self, until: dt.date | None = None) -> PublishedHeadQuerySet:
        """The last one of each report, up to a day, in the order of the tree."""
        found = self if until is None else self.filter(day__lte=until)
        return found.order_by("uid", "-day").distinct("uid")


class ClockQuerySet(models.QuerySet["Clock"]):
    """Terms of reports."""

    def running(self) -> ClockQuerySet:
        """Keep those that run."""
        return self.filter(state="running")

    def due_before(self, day: dt.date) -> ClockQuerySet:
        """Keep those that run and are due before a day."""
        return self.running().filter(due_on__lt=day)


class LegQuerySet(models.QuerySet["Leg"]):
    """Sendings to institutions."""

    def to(self, receiver: Department) -> LegQuerySet:
        """Keep those a body received."""
        return self.filter(receiver=receiver)

    def waiting(self) -> LegQuerySet:
        """Keep those that nobody has ended."""
        return self.filter(state__in=("sent", "accepted"))


class RemarkQuerySet(models.QuerySet["Remark"]):
    """Dialogue."""

    def with_reporter(self) -> RemarkQuerySet:
        """Keep what the reporter may read."""
        return self.filter(kind__in=("question", "reply"))


class MailDraftQuerySet(models.QuerySet["MailDraft"]):
    """Letters that came in."""

    def in_municipality(self, municipality: Municipality) -> MailDraftQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def waiting(self) -> MailDraftQuerySet:
        """Keep what somebody must work off, oldest first."""
        return self.filter(state="waiting").order_by("received_at", "pk")


class OutageScopeQuerySet(models.QuerySet["OutageScope"]):
    """Interruptions that answer for reports."""

    def in_municipality(self, municipality: Municipality) -> OutageScopeQuerySet:
        """Keep those of one town."""
        return self.filter(works__municipality=municipality)

    def under_way(self, today: dt.date) -> OutageScopeQuerySet:
        """Keep those that go on that day, the oldest first."""
        return self.filter(
            Q(works__ends_on__isnull=True) | Q(works__ends_on__gt=today),
            works__starts_on__lte=today,
        ).order_by("works__starts_on", "works")

    def meeting(self, geometry: GEOSGeometry) -> OutageScopeQuerySet:
        """Keep those whose area, or what lies beside their line or point, meets a geometry."""
        beside = within_metres("works__geometry", geometry, AROUND_M)
        dimensions = Func(
            F("works__geometry"), function="ST_Dimension", output_field=IntegerField()
        )
        rows = self.alias(dimensions=dimensions)
        return rows.filter(Q(works__geometry__intersects=geometry) | Q(dimensions__lt=2) & beside)

    def about(self, category: Category) -> OutageScopeQuerySet:
        """Keep those that answer for a category, by itself or by its group."""
        known = [category.pk, category.parent_id] if category.parent_id else [category.pk]
        named = self.model.categories.through._default_manager
        return self.filter(Exists(named.filter(outagescope=OuterRef("pk"), category__in=known)))


class ReferenceCounterQuerySet(models.QuerySet["ReferenceCounter"]):
    """The last numbers of reports."""

    def in_municipality(self, municipality: Municipality) -> ReferenceCounterQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Keys of programs that report."""

    def in_municipality(self, municipality: Municipality) -> ApiKeyQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def in_force(self) -> ApiKeyQuerySet:
        """Keep those that nobody withdrew."""
        return self.filter(revoked_at__isnull=True)


class AnswerTemplateQuerySet(models.QuerySet["AnswerTemplate"]):
    """Prepared answers."""

    def in_municipality(self, municipality: Municipality) -> AnswerTemplateQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Lists that somebody keeps."""

    def in_municipality(self, municipality: Municipality) -> SavedFilterQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)
