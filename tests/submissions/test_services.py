"""What is handed in is kept clean, decided about once, and erased for good."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from submissions.models import Moderation, Submission
from submissions.services import erase, moderate, put_forward, take_picture, take_text
from submissions.sweeping import KEPT, sweep
from tests.factories.accounts import UserFactory
from tests.factories.submissions import RECEIVED_ON, SubmissionFactory, picture

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
State = Submission.State


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """A folder of files for one test, with its own quarantine."""
    folder, quarantine = tmp_path / "media", tmp_path / "quarantine"
    quarantine.mkdir()
    settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR = folder, quarantine
    return folder


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_text_is_kept_with_personal_details_covered() -> None:
    taken = take_text(text="Sunați 0722 123 456!", origin="rating", received_on=RECEIVED_ON)
    stored = Submission.objects.get(pk=taken.pk)
    assert (stored.text, stored.masked, stored.state) == ("Sunați […]!", 1, State.WAITING)


@pytest.mark.parametrize(("text", "code"), [(" \u200b\u202e ", "empty"), ("a" * 4001, "too_long")])
def test_a_text_without_end_or_beginning_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        take_text(text=text, origin="rating", received_on=RECEIVED_ON)
    assert refused.value.code == code
    assert not Submission.objects.exists()


def test_a_picture_is_kept_clean_under_a_random_name(media: Path) -> None:
    raw = picture(comment=b"planted") + b"<script>"
    taken = take_picture(raw=raw, origin="crew", received_on=RECEIVED_ON, state=State.INTERNAL)
    stored = Submission.objects.get(pk=taken.pk)
    (kept,) = files(media)
    assert (stored.content_type, stored.width, stored.height) == ("image/jpeg", 64, 64)
    assert stored.file.name == f"submissions/{kept.name}"
    assert str(stored.pk) not in kept.name
    assert stored.size == len(kept.read_bytes())
    assert b"planted" not in kept.read_bytes()
    assert b"<script>" not in kept.read_bytes()
    with Image.open(io.BytesIO(kept.read_bytes())) as seen:
        assert not seen.getexif()


def test_what_is_no_picture_leaves_no_row_and_no_file(media: Path) -> None:
    with pytest.raises(ValidationError) as refused:
        take_picture(raw=b"<svg/>", origin="crew", received_on=RECEIVED_ON)
    assert refused.value.code == "not_a_picture"
    assert not Submission.objects.exists()
    assert not files(media.parent)


def test_a_decision_stays_on_record() -> None:
    text, person = SubmissionFactory.create(), UserFactory.create()
    moderate(submission=text, state=State.RELEASED, actor=person, now=NOW)
    moderate(submission=text, state=State.REFUSED, actor=person, now=NOW, reason=" Insult ")
    kept = Moderation.objects.order_by("pk").values_list("state", "reason", "decided_by")
    assert list(kept) == [("released", "", person.pk), ("refused", "Insult", person.pk)]
    assert Submission.objects.get().state == State.REFUSED


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (State.RELEASED, State.RELEASED, "already_decided"),
        (State.REFUSED, State.REFUSED, "already_decided"),
        (State.REFUSED, State.RELEASED, "cannot_follow"),
        (State.HELD, State.RELEASED, "cannot_follow"),
        (State.INTERNAL, State.RELEASED, "cannot_follow"),
        (State.WAITING, State.HELD, "cannot_follow"),
        (State.WAITING, State.REFUSED, "reason_missing"),
    ],
)
def test_what_may_not_be_decided_is_refused(before: str, after: State, code: str) -> None:
    text = SubmissionFactory.create(state=before)
    reason = "" if code == "reason_missing" else "Insult"
    with pytest.raises(ValidationError) as refused:
        moderate(submission=text, state=after, actor=None, now=NOW, reason=reason)
    assert refused.value.code == code
    assert Submission.objects.get().state == before
    assert not Moderation.objects.exists()


def test_only_held_texts_are_put_forward() -> None:
    held, refused = (SubmissionFactory.create(state=state) for state in ("held", "refused"))
    assert put_forward([refused.pk, held.pk]) == 1
    assert set(Submission.objects.values_list("state", flat=True)) == {"waiting", "refused"}


def test_erasing_leaves_the_row_and_nothing_else(
    media: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    taken = take_picture(raw=picture(), origin="crew", received_on=RECEIVED_ON)
    text = SubmissionFactory.create(state=State.REFUSED)
    with django_capture_on_commit_callbacks(execute=True):
        erase(taken)
        erase(text)
    assert not files(media)
    assert set(Submission.objects.values_list("state", "text", "file", "sha256", "size")) == {
        ("waiting", "", "", "", None),
        ("refused", "", "", "", None),
    }


def test_what_a_crash_left_is_swept_and_nothing_else(media: Path, settings: Settings) -> None:
    kept = take_picture(raw=picture(), origin="crew", received_on=RECEIVED_ON)
    with transaction.atomic():
        take_picture(raw=picture(), origin="crew", received_on=RECEIVED_ON)
        transaction.set_rollback(True)
    Path(settings.FILE_UPLOAD_TEMP_DIR, "a.upload.jpg").write_bytes(picture())
    written = dt.datetime.now(tz=dt.UTC)
    assert sweep(written) == 0
    assert sweep(written + KEPT + dt.timedelta(minutes=1)) == 2
    assert [path.name for path in files(media.parent)] == [Path(str(kept.file.name)).name]
