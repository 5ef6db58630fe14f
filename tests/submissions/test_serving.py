"""A picture is sent as what it is, and kept by browsers only when everybody may see it."""

from pathlib import Path

import pytest
from django.http import Http404, HttpResponseBase
from pytest_django import Settings

from submissions.models import Submission
from submissions.services import erase, take_picture
from submissions.serving import picture_response
from tests.factories.submissions import RECEIVED_ON, SubmissionFactory, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(settings: Settings, tmp_path: Path) -> Submission:
    """A photo of the crew."""
    settings.MEDIA_ROOT = tmp_path
    state = Submission.State.INTERNAL
    return take_picture(raw=picture(), origin="crew", received_on=RECEIVED_ON, state=state)


def sent(submission: Submission) -> tuple[HttpResponseBase, bytes]:
    """The answer, read to its end and closed as a server does."""
    answer = picture_response(submission)
    body = b"".join(iter(answer)) if answer.streaming else b""
    answer.close()
    return answer, body


def test_a_picture_is_nothing_but_a_picture(taken: Submission) -> None:
    answer, body = sent(taken)
    assert body[:3] == b"\xff\xd8\xff"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f'inline; filename="{taken.pk}.jpg"'
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        (Submission.State.RELEASED, "max-age=3600"),
        (Submission.State.WAITING, "private, no-store"),
        (Submission.State.INTERNAL, "private, no-store"),
        (Submission.State.REFUSED, "private, no-store"),
    ],
)
def test_only_what_is_released_is_kept_by_browsers(
    taken: Submission, state: str, kept: str
) -> None:
    taken.state = state
    assert sent(taken)[0]["Cache-Control"] == kept


def test_behind_a_proxy_the_proxy_sends_the_file(taken: Submission, settings: Settings) -> None:
    settings.MEGDAN_ACCEL = "/protected/"
    answer = picture_response(taken)
    assert answer["X-Accel-Redirect"] == f"/protected/{taken.file.name}"
    assert answer["Content-Type"] == "image/jpeg"
    assert not answer.content  # type: ignore[attr-defined] # a plain response


def test_what_is_gone_is_not_there(taken: Submission) -> None:
    Path(taken.file.path).unlink()
    for gone in (taken, erase(taken), SubmissionFactory.create()):
        with pytest.raises(Http404):
            picture_response(gone)


def test_a_kind_we_never_draw_is_never_sent(taken: Submission) -> None:
    taken.content_type = "text/html"
    with pytest.raises(Http404):
        picture_response(taken)
