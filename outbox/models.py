"""One message to one address, with the story of its sending."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from outbox.querysets import OutboxMessageQuerySet


class PushAddress(models.Model):
    """Where a browser takes messages: an address at its maker's service, and the keys to seal with.

    Whose browser it is, and that its owner agreed, is known above.
    """

    # Who listens, never the keys.
    messenger_role_may_read = ("id", "gone_at")

    endpoint = models.URLField(_("address"), max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    created_at = models.DateTimeField(_("since"))
    #: The service said that nobody listens there any more.
    gone_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("address for messages on a phone")
        verbose_name_plural = _("addresses for messages on a phone")

    def __str__(self) -> str:
        return self.endpoint[:60]


class Channel(models.TextChoices):
    """The way a message leaves."""

    EMAIL = "email", _("e-mail")
    PUSH = "push", _("message on the phone")
    SMS = "sms", _("text message")


class Turn(models.Model):
    """When a queue was served last, so that the next turn goes to the one that waits longest."""

    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices)
    queue = models.SlugField(_("queue"), max_length=50, blank=True)
    #: Counts turns and tells no time: the higher, the later.
    served = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("turn of a queue")
        verbose_name_plural = _("turns of queues")
        constraints = [models.UniqueConstraint("channel", "queue", name="outbox_turn_is_one")]

    def __str__(self) -> str:
        return f"{self.channel} {self.queue}"


class Outage(models.Model):
    """A server that did not answer: its channel rests, and nothing loses its place."""

    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices, unique=True)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("next attempt"))
    words = models.CharField(_("what went wrong"), max_length=500)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")

    def __str__(self) -> str:
        return self.channel


class OutboxMessage(models.Model):
    """A message written in the transaction of what it tells, and sent by the worker."""

    Channel = Channel

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        BOUNCED = "bounced", _("came back")
        DEAD = "dead", _("given up")

    #: Names the message to mail servers; the same at every try, so that a double can be dropped.
    reference = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(
        _("channel"), max_length=16, choices=Channel.choices, default=Channel.EMAIL
    )
    # An e-mail address or a telephone number; a short name of the browser for messages on a phone.
    recipient = models.CharField(_("to"), max_length=254)
    push_address = models.ForeignKey(
        "PushAddress", on_delete=models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    # Whose turn it is goes round by queue, one for each town, so that none waits for another.
    queue = models.SlugField(_("queue"), max_length=50, blank=True)
    # What the messages sent together have in common, such as notice-17; progress is counted by it.
    batch = models.CharField(_("sent together"), max_length=60, blank=True)
    sender = models.CharField(_("from"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(_("text with markup"), blank=True)
    # The page that a message on the phone opens.
    link = models.CharField(_("page"), max_length=500, blank=True)
    # Page that ends such letters with one press (RFC 8058).
    unsubscribe_url = models.CharField(max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    kind = models.SlugField(_("kind"), max_length=40)
    #: What the message tells, in the words of whoever wrote it: the same key is sent once.
    key = models.CharField(_("key"), max_length=200, unique=True, null=True, blank=True)
    is_secret = models.BooleanField(_("text is erased once sent"), default=False)
    is_urgent = models.BooleanField(_("goes before others"), default=False)

    created_at = models.DateTimeField(_("written"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.WAITING
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("what went wrong"), max_length=500, blank=True)

    objects: ClassVar[OutboxMessageQuerySet] = OutboxMessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "bounced"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "bounced"]) & Q(sent_at__isnull=True)),
                name="outbox_message_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(is_secret=False) | Q(body="", html=""),
                name="outbox_message_secret_is_erased",
            ),
        ]
        indexes = [
            # An empty batch comes first: a code for one person before an alert to thousands.
            models.Index(
                *("batch", "next_attempt_at", "id"),
                condition=Q(state="waiting", is_urgent=True),
                name="outbox_message_urgent",
            ),
            models.Index(
                *("channel", "queue", "next_attempt_at", "id"),
                condition=Q(state="waiting", is_urgent=False),
                name="outbox_message_lane",
            ),
            models.Index(
                *("queue", "state", "id"),
                condition=Q(state__in=["dead", "bounced"]),
                name="outbox_message_stranded",
            ),
            models.Index(Upper("recipient"), "created_at", name="outbox_message_recipient"),
            models.Index("created_at", name="outbox_message_created"),
            models.Index("batch", "state", condition=~Q(batch=""), name="outbox_message_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
