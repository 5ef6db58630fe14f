"""The page that counts a vote again: one file with the ballots, the counter and its words."""

import base64
import hashlib
import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from consultations.models import CountRun
from consultations.services.telling import process_path
from notifications.paths import absolute


def recount_page(count: CountRun, *, language: str) -> str:
    """The page in the active language. Its policy lets in nothing but its own script and style."""
    script, style = _built("recount.js"), _built("recount.css")
    process = count.phase.process
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    data = {
        "file": count.text,
        "winners": count.result["winners"],
        "digest": bytes(count.digest).hex(),
        "words": words(),
    }
    town = process.municipality
    return render_to_string(
        "consultations/budget/recount.html",
        {
            "policy": policy,
            "script": _trusted(script),
            "style": _trusted(style),
            "data": _trusted(_in_script(data)),
            "language": language,
            "process": process,
            "town": town,
            "source": absolute(town.sign_origin, process_path(process, "result/")),
        },
    )


def words() -> dict[str, str]:
    """What the counter says; it knows no language of its own."""
    return {
        "same": _("The same winners as the town published."),
        "other": _("Other winners than the town published!"),
        "wins": _("wins"),
        "code": _("No."),
        "project": _("Project"),
        "cost": _("Cost"),
        "votes": _("Votes"),
        "result": _("Result"),
        "spent": _("Spent"),
        "budget": _("Budget"),
        "voters": _("Voters"),
        "bad": _("This file cannot be counted:"),
        "order": _("Counted by: %(rule)s"),
        "digest": _("SHA-256 of the file"),
    }


def _built(name: str) -> str:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"{name} is not built: run npm run build in frontend/")
    return Path(str(path)).read_text("utf-8")


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _in_script(data: object) -> str:
    """JSON that can stand in a script element: no tag can begin in it."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _trusted(content: str) -> SafeString:
    """Our own build, and JSON without a tag."""
    return mark_safe(content)  # noqa: S308 - nothing of outside but what `_in_script` escaped
