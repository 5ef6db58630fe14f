"""The worker of an installation with one task more, which works on a report as an officer does."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.exceptions import ValidationError  # noqa: E402 - Django first
from django.utils import timezone  # noqa: E402 - Django first

from accounts.models import User  # noqa: E402 - Django first
from config.celery import app  # noqa: E402 - Django first
from departments.access import Right  # noqa: E402 - Django first
from incidents.models import Incident  # noqa: E402 - Django first
from incidents.services.assigning import assign  # noqa: E402 - Django first
from incidents.services.closing import close  # noqa: E402 - Django first
from incidents.services.standing import acting  # noqa: E402 - Django first


@app.task(name="tests.close_report")
def close_report(pk: int, officer: int) -> None:
    """Take a report and close it; what was done before is refused and stays."""
    incident, user = Incident.objects.get(pk=pk), User.objects.get(pk=officer)
    actor = acting(user, incident, Right.HANDLE, timezone.now())
    try:
        assign(incident=incident, handler=user, actor=actor, now=timezone.now())
    except ValidationError as refused:
        if refused.code not in {"same_handler", "cannot_follow"}:
            raise
    try:
        close(incident=incident, outcome="done", why="Mended.", actor=actor, now=timezone.now())
    except ValidationError as refused:
        if refused.code != "cannot_follow":
            raise
