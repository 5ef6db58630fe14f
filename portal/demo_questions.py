"""Gives a demonstration town questions that residents asked, some of them answered."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from accounts.models import User
from departments.models import Membership
from questions.models import Question
from questions.services import Wording, ask, publish, write
from zones.models import Municipality

FILE = "questions_SYNTHETIC.json"


def load_demo_questions(
    *, folder: Path, municipality: Municipality, now: dt.datetime, say: Any
) -> None:
    """Load the file of the folder, where there is one and the town has no questions yet."""
    file = folder / FILE
    if not file.is_file() or Question.objects.in_municipality(municipality).exists():
        return
    facts = json.loads(file.read_text("utf-8"))
    if not municipality.desk_texts:
        municipality.desk_texts = facts["desk"]
        municipality.save(update_fields=["desk_texts"])
    actor = _administrator(municipality)
    for part in facts["answered"]:
        wording = Wording(part["questions"], part["answers"], None, part["position"])
        row = write(municipality=municipality, wording=wording, now=now)
        publish(question=row, actor=actor, now=now)
    for text in facts["waiting"]:
        ask(municipality=municipality, text=text, now=now)
    say(f"{municipality.slug}: {len(facts['answered'])} questions answered")


def _administrator(municipality: Municipality) -> User:
    held = Membership.objects.in_municipality(municipality).as_administrator()
    return held.for_whole_town().select_related("user").order_by("pk")[0].user
