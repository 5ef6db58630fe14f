"""Things that outsiders handed in, for tests."""

import datetime as dt
import io
from typing import Any

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from submissions.models import Submission

RECEIVED_ON = dt.date(2026, 3, 1)


class SubmissionFactory(DjangoModelFactory[Submission]):
    """A text that waits to be looked at."""

    class Meta:
        model = Submission

    kind = Submission.Kind.TEXT
    origin = "rating"
    received_on = RECEIVED_ON
    text = factory.Sequence(lambda n: f"The bench is broken {n}")


def picture(kind: str = "JPEG", side: int = 64, mode: str = "RGB", **options: Any) -> bytes:
    """A square picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, (side, side), None if mode != "RGB" else "navy").save(out, kind, **options)
    return out.getvalue()
