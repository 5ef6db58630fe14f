"""Takes away files that a crash left behind: uploads never cleaned, pictures without a row."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from submissions.models import Submission

FOLDER = "submissions"
#: An upload is cleaned within seconds, and no transaction lasts so long.
KEPT = dt.timedelta(minutes=30)


def sweep(now: dt.datetime) -> int:
    """Delete what is older than KEPT and belongs to nobody; says how many files.

    Uploads too large for memory wait in the quarantine, FILE_UPLOAD_TEMP_DIR. The web server
    deletes them at the end of each request unless it dies before.
    """
    swept = 0
    for path in _uploads():
        changed = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
        if changed < now - KEPT:
            path.unlink(missing_ok=True)
            swept += 1
    for name in _pictures_without_row():
        if default_storage.get_modified_time(name) < now - KEPT:
            default_storage.delete(name)
            swept += 1
    return swept


def _uploads() -> Iterator[Path]:
    if settings.FILE_UPLOAD_TEMP_DIR:
        yield from Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")


def _pictures_without_row() -> Iterator[str]:
    if not default_storage.exists(FOLDER):
        return
    known = set(Submission.objects.exclude(file="").values_list("file", flat=True))
    for name in default_storage.listdir(FOLDER)[1]:
        if f"{FOLDER}/{name}" not in known:
            yield f"{FOLDER}/{name}"
