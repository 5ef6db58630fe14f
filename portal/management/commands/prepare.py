"""Brings an installation up to its code: roles, tables, translations, static files, demo."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from incidents.signing import make_key as make_reports_key
from outbox.vapid import make_key
from portal.privacy.erasing import replay_erasures


class Command(BaseCommand):
    """`manage.py prepare`: run it after each upgrade; a second run changes nothing."""

    help = "Bring database, translations and static files up to the installed code."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the steps in the order in which they need each other."""
        quiet = {"verbosity": 0}
        call_command("setup_database", **quiet)
        call_command("migrate", interactive=False, **quiet)
        call_command("setup_database", grants_only=True, **quiet)
        call_command("compile_translations", **quiet)
        _collect_static()
        make_key()
        make_reports_key()
        # A backup may have been put back since the last start.
        replay_erasures(now=timezone.now())
        if settings.MEGDAN_DEMO:
            call_command("load_demo")


def _static_fingerprint() -> str:
    """A hash over names, sizes and times of all static sources."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _collect_static() -> None:
    """`collectstatic --clear`, left out where the sources are the ones collected last time."""
    note = settings.VAR_DIR / "static-fingerprint"
    now = _static_fingerprint()
    if note.exists() and note.read_text() == now and settings.STATIC_ROOT.is_dir():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    note.write_text(now)
