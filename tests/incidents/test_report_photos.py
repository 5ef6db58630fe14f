"""A photo of twelve million pixels is taken at once, and no file made of it tells where it was."""

import io
import resource
import threading
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from PIL import Image
from pytest_django import Settings

from incidents.models import Attachment, Category, Incident
from submissions import pictures
from submissions.models import Submission
from submissions.pictures import MOST_AT_ONCE, CleanPicture, clean_picture
from submissions.pictures.covering import Box
from submissions.services import cover_picture
from tests.data.hostile_pictures import (
    PLACE,
    PLANTED,
    segment,
    telling_exif,
    thumbnail,
    with_segments,
    written,
)
from tests.factories.incidents import CategoryFactory
from tests.factories.zones import MunicipalityFactory

pytestmark = pytest.mark.django_db

#: Seconds of work, which other work on the machine does not stretch as it stretches the clock.
AT_ONCE_S = 2.5
TWELVE_MILLION = (4000, 3000)


@pytest.fixture(autouse=True)
def fresh(settings: Settings, tmp_path: Path) -> Path:
    """No draft and no counter of another test; a folder of its own for files."""
    cache.clear()
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def client() -> Client:
    """A reader of English."""
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def lamp() -> Category:
    """A street lamp of a town that takes reports."""
    town = MunicipalityFactory.create(slug="piatra", modules=["reports"])
    found: Category = CategoryFactory.create(municipality=town, code="lamp")
    return found


def telephone_photo() -> bytes:
    """Twelve million pixels with all that a telephone hides in a file, its thumbnail too."""
    noise = Image.effect_noise((500, 375), 70).resize(TWELVE_MILLION).convert("RGB")
    jpeg = written(noise, "JPEG", quality=90, exif=telling_exif(), comment=PLACE)
    return with_segments(
        jpeg,
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"),
        segment(0xED, b"Photoshop 3.0\x00" + PLACE),
        segment(0xE1, b"Exif\x00\x00" + thumbnail()),
    )


def tells_nothing(content: bytes) -> bool:
    """Whether neither what was planted nor a place for notes is in a picture."""
    with Image.open(io.BytesIO(content)) as seen:
        seen.load()
        notes = {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(seen.info)
        return not (notes or seen.getexif() or any(one in content for one in PLANTED))


def work() -> float:
    """Seconds that this process and its children worked so far."""
    own, children = (resource.getrusage(one) for one in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def hand_in(client: Client, raw: bytes) -> Any:
    """One photo while the form is filled in."""
    return client.post("/piatra/report/photo/", {"photo": io.BytesIO(raw)})


def test_twelve_million_pixels_are_taken_at_once_and_every_file_is_clean(
    client: Client, lamp: Category, fresh: Path
) -> None:
    raw = telephone_photo()
    assert not tells_nothing(raw)
    client.get("/piatra/report/")  # what a process loads once is not counted

    began, before = time.monotonic(), work()
    answer = hand_in(client, raw)
    took, worked = time.monotonic() - began, work() - before

    print(  # noqa: T201 - the figures are what the drill is for
        f"\n12 MP, {len(raw) / 1e6:.1f} MB: {worked:.2f} s of work, answered after {took:.2f} s"
    )
    assert answer.status_code == 200
    assert worked < AT_ONCE_S
    client.post("/piatra/report/", {"category": "lamp", "marks": "26.305,46.905", "words": "Dark"})
    report = Incident.objects.get()
    photo = report.attachments.get(role=Attachment.Role.PHOTO)
    shown = client.get(f"/piatra/track/{report.tracking}/photo/{photo.pk}/")
    assert tells_nothing(b"".join(shown))
    cover_picture(submission=photo.submission, boxes=[Box(100, 100, 200, 200)])
    files = [one for one in fresh.rglob("*") if one.is_file()]
    assert len(files) == 2  # as it came in, drawn anew, and with a part covered
    assert [one.name for one in files if not tells_nothing(one.read_bytes())] == []


def test_a_third_photo_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    head = '{"content_type": "image/jpeg", "width": 9, "height": 9}\n'
    slow.write_text(
        "import sys, time; time.sleep(0.4);"
        f"sys.stdout.buffer.write({head.encode()!r} + b'\\xff\\xd8\\xff')"
    )
    monkeypatch.setattr(pictures, "PROGRAM", slow)
    done: list[CleanPicture] = []
    crowd = [
        threading.Thread(target=lambda: done.append(clean_picture(b"a picture")))
        for _ in range(2 * MOST_AT_ONCE + 1)
    ]

    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    assert len(done) == len(crowd)


def test_a_photo_that_found_no_place_is_told_when_to_come_again(
    client: Client, lamp: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "WAIT_S", 0.01)
    monkeypatch.setattr(pictures, "_places", threading.BoundedSemaphore(1))
    raw = written(Image.new("RGB", (40, 40)), "JPEG")

    with pictures._places:
        refused = hand_in(client, raw)

    assert (refused.status_code, refused["Retry-After"]) == (503, "2")
    assert "Send yours again" in refused.json()["detail"]
    assert not Submission.objects.exists()
    assert hand_in(client, raw).status_code == 200
