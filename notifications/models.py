"""What a town announces and to which area, what a resident follows, and who was told why."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department, Works
from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from notifications.querysets import (
    AnnouncementQuerySet,
    FollowedAreaQuerySet,
    MuteQuerySet,
    NoticeQuerySet,
    PaperRunQuerySet,
    PreferenceQuerySet,
    PushSubscriptionQuerySet,
)
from notifications.topics import Topic
from outbox.models import PushAddress
from submissions.models import Submission
from zones.models import Municipality, TargetArea
from zones.names import in_language


class Announcement(models.Model):
    """News of the town for everybody or for those who live in one area."""

    class Urgency(models.TextChoices):
        """How soon it has to be known."""

        NORMAL = "normal", _("in the daily letter")
        SOON = "soon", _("at once, but not at night")
        URGENT = "urgent", _("at once, day and night")

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("being written")
        WAITING = "waiting", _("waits for a second person")
        SCHEDULED = "scheduled", _("goes out soon")
        SENDING = "sending", _("going out")
        SENT = "sent", _("sent")
        STOPPED = "stopped", _("stopped before it went out")
        WITHDRAWN = "withdrawn", _("withdrawn")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="announcements"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices)
    urgency = models.CharField(
        _("urgency"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL
    )
    titles = models.JSONField(_("titles"), default=dict)
    texts = models.JSONField(_("texts"), default=dict)
    # None is the whole town.
    target = models.ForeignKey(
        TargetArea, on_delete=models.PROTECT, null=True, blank=True, related_name="announcements"
    )
    # What the map shows: the line of the works, the square of the event.
    geometry = models.GeometryField(
        _("on the map"), srid=STORAGE_SRID, spatial_index=False, null=True, blank=True
    )
    works = models.ForeignKey(
        Works, on_delete=models.SET_NULL, null=True, blank=True, related_name="announcements"
    )
    # When it matters to residents, shown and kept in lists until its end.
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    place_words = models.JSONField(_("meeting place"), default=dict, blank=True)
    # Whether the target was put together on the page of this notice, and belongs to nothing else.
    has_own_target = models.BooleanField(default=False)
    # The notice that this one puts right.
    corrects = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="corrections"
    )

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField(_("begun"))
    changed_at = models.DateTimeField(_("changed"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    handed_in_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Not before this moment, if the writer asked for one.
    wanted_at = models.DateTimeField(_("not before"), null=True, blank=True)
    # The moment it goes out; until then it can be stopped.
    send_at = models.DateTimeField(_("goes out"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    finished_at = models.DateTimeField(_("all sent"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_why = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)
    # The published reach when it was sent; no exact number is ever kept for planners.
    reach = models.JSONField(_("reach"), default=dict, blank=True)
    # How far the worker has come: the last resident it told, and how many jobs it took.
    cursor = models.BigIntegerField(default=0)

    objects: ClassVar[AnnouncementQuerySet] = AnnouncementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            GistIndex(fields=["geometry"], name="notifications_news_geometry"),
            models.Index(
                fields=["municipality", "-published_at"], name="notifications_news_newest"
            ),
            models.Index(
                fields=["send_at"],
                condition=Q(state__in=["scheduled", "sending"]),
                name="notifications_news_due",
            ),
        ]
        constraints = [
            *geometry_checks("geometry", "notifications_news_geometry"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(starts_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="notifications_news_lasts",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("handed_in_by")),
                name="notifications_news_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} · {in_language(self.titles)}"

    @property
    def title(self) -> str:
        """The title in the language of the reader."""
        return in_language(self.titles, self.municipality.languages)

    @property
    def text(self) -> str:
        """The text in the language of the reader."""
        return in_language(self.texts, self.municipality.languages)


class Attachment(models.Model):
    """A picture or a paper that goes with a notice."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.CASCADE, related_name="attachments"
    )
    names = models.JSONField(_("what it is"), default=dict)
    picture = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # A PDF, handed out only as a download.
    file = models.FileField(_("file"), upload_to="notices/", max_length=120, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return f"{self.announcement_id} · {in_language(self.names)}"


class PaperRun(models.Model):
    """Posters of a notice for many entrances, drawn in the background into one PDF."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being made")
        DONE = "done", _("ready")
        FAILED = "failed", _("could not be made")

    announcement = models.ForeignKey(
        Announcement, on_delete=models.CASCADE, related_name="paper_runs"
    )
    language = models.CharField(_("language"), max_length=8)
    # Where the codes on the pages lead to, such as https://town.example.
    host = models.CharField(max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField(_("ordered"))
    next_attempt_at = models.DateTimeField()
    done = models.PositiveIntegerField(_("pages made"), default=0)
    total = models.PositiveIntegerField(_("pages"), default=0)
    file = models.FileField(_("file"), upload_to="notices/paper/", max_length=120, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects: ClassVar[PaperRunQuerySet] = PaperRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("printing of a notice")
        verbose_name_plural = _("printings of notices")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="notifications_paper_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} · {self.language}"


class Notice(models.Model):
    """That one resident was told one announcement, and why; also the letter box of the page."""

    class Way(models.TextChoices):
        """How the person was told."""

        EMAIL = "email", _("e-mail")
        PUSH = "push", _("message on the phone")
        SMS = "sms", _("text message")
        LETTER = "letter", _("letter")
        DIGEST = "digest", _("daily letter")
        PAGE = "page", _("on the page only")

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    way = models.CharField(_("by"), max_length=8, choices=Way.choices)
    # As notifications.reasons writes them, such as {"why": "home", "metres": 100}.
    reason = models.JSONField(_("why"), default=dict)
    told_at = models.DateTimeField(_("told"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    digested_at = models.DateTimeField(_("in the daily letter"), null=True, blank=True)

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("notice to a resident")
        verbose_name_plural = _("notices to residents")
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "user"], name="notifications_notice_once"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-told_at"], name="notifications_notice_newest"),
            models.Index(
                fields=["user"],
                condition=Q(way="digest", digested_at__isnull=True),
                name="notifications_notice_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} to {self.user_id}"


class FollowedArea(models.Model):
    """A place beside the home that somebody wants to hear about."""

    messenger_role_may = ("SELECT",)

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="followed_areas"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_areas"
    )
    name = models.CharField(_("name"), max_length=120)
    # One line of a recipe, as of target areas.
    recipe = models.JSONField(_("how it was chosen"), default=list)
    geometry = models.MultiPolygonField(_("area"), srid=STORAGE_SRID, spatial_index=False)
    # Empty: every topic.
    topics = models.JSONField(_("topics"), default=list, blank=True)
    created_at = models.DateTimeField(_("since"))

    objects: ClassVar[FollowedAreaQuerySet] = FollowedAreaQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("followed area")
        verbose_name_plural = _("followed areas")
        indexes = [GistIndex(fields=["geometry"], name="notifications_follow_geometry")]
        constraints = [*geometry_checks("geometry", "notifications_follow_geometry")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.name}"


class Preference(models.Model):
    """What somebody wants to hear from one town, by which way and when."""

    messenger_role_may = ("SELECT",)

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences"
    )
    by_email = models.BooleanField(_("by e-mail"), default=True)
    by_push = models.BooleanField(_("by message on the phone"), default=False)
    by_sms = models.BooleanField(_("by text message, when it is urgent"), default=False)
    by_letter = models.BooleanField(_("by letter, when there is no other way"), default=False)
    # Otherwise each notice comes by itself; urgent ones always do.
    is_daily = models.BooleanField(_("one letter a day"), default=True)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily letter"), default=17)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    muted_topics = models.JSONField(_("not about"), default=list, blank=True)
    bounced_at = models.DateTimeField(_("letters came back"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"))

    objects: ClassVar[PreferenceQuerySet] = PreferenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user"], name="notifications_preference_once"
            ),
            models.CheckConstraint(
                condition=Q(digest_hour__lte=23), name="notifications_preference_hour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.municipality_id}"


class Mute(models.Model):
    """One thing somebody does not want to hear of again: works with all their notices."""

    messenger_role_may = ("SELECT",)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mutes"
    )
    announcement = models.ForeignKey(
        Announcement, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    works = models.ForeignKey(
        Works, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    muted_at = models.DateTimeField(_("since"))

    objects: ClassVar[MuteQuerySet] = MuteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("muted thing")
        verbose_name_plural = _("muted things")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "announcement", "works"],
                nulls_distinct=False,
                name="notifications_mute_once",
            ),
            models.CheckConstraint(
                condition=Q(announcement__isnull=False) | Q(works__isnull=False),
                name="notifications_mute_names_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.announcement_id or self.works_id}"


class PushSubscription(models.Model):
    """A browser that its owner agreed to have messages sent to, through its maker's service."""

    messenger_role_may = ("SELECT",)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    address = models.OneToOneField(
        PushAddress, on_delete=models.CASCADE, related_name="subscription"
    )
    # The service named when the person agreed, such as Mozilla or Google.
    service = models.CharField(_("through"), max_length=40)
    consent = models.CharField(_("words agreed to"), max_length=20, default="2026-11")
    agreed_at = models.DateTimeField(_("agreed"))

    objects: ClassVar[PushSubscriptionQuerySet] = PushSubscriptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("browser for messages")
        verbose_name_plural = _("browsers for messages")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.service}"
