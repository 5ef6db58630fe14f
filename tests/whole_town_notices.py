"""The part of a whole town that is about notices: news, who was told, and who follows what."""

from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from departments.models import Works
from notifications.models import Attachment, Mute, Notice, PaperRun, PushSubscription
from outbox.models import PushAddress
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON
from tests.factories.notifications import AnnouncementFactory, FollowedAreaFactory
from tests.factories.zones import spot
from zones.models import Municipality

PAPER = b"%PDF-1.4\n%%EOF\n"


def heard_in(canary: str, town: Municipality, works: Works, reader: User) -> dict[str, Any]:
    """News, and what the reader and somebody else follow, were told, and muted."""
    words = {"en": f"{canary} news", "ro": f"{canary} news"}
    news = AnnouncementFactory.create(
        municipality=town,
        titles=words,
        texts=words,
        geometry=spot(0.5, 0.5),
        starts_at=NOON,
        created_by=reader,
        department=works.owner,
    )
    run = PaperRun.objects.create(
        announcement=news,
        language="ro",
        host="https://town.example",
        ordered_by=reader,
        ordered_at=NOON,
        next_attempt_at=NOON,
        state="done",
    )
    run.file.save("posters.pdf", ContentFile(PAPER))
    attachment = Attachment.objects.create(announcement=news, names=words)
    attachment.file.save("paper.pdf", ContentFile(PAPER))
    other = UserFactory.create(full_name=f"{canary} listener")
    kept: dict[str, Any] = {"announcement": news, "attachment": attachment, "paper_run": run}
    for user in (reader, other):
        kept["notice"] = Notice.objects.create(
            announcement=news, user=user, way="page", reason={"why": "town"}, told_at=NOON
        )
        name = "own_followed" if user == reader else "followed"
        kept[name] = FollowedAreaFactory.create(
            municipality=town, user=user, name=f"{canary} school"
        )
        kept["mute"] = Mute.objects.create(user=user, works=works, muted_at=NOON)
    address = PushAddress.objects.create(
        endpoint=f"https://push.example/{town.pk}", p256dh="x", auth="x", created_at=NOON
    )
    kept["browser"] = PushSubscription.objects.create(
        user=other,
        municipality=town,
        address=address,
        service=f"{canary} service",
        agreed_at=NOON,
    )
    return kept
