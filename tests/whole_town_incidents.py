"""The part of a whole town that is about reports: kinds, rules, reports in each state, letters."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from departments.acts import Act
from departments.models import Department, Membership, Works
from incidents.models import (
    AnswerDraft,
    AnswerTemplate,
    ApiKey,
    Attachment,
    Category,
    Follower,
    Incident,
    Leg,
    MailDraft,
    OutageScope,
    Remark,
    RuleSet,
    SavedFilter,
    Verdict,
)
from incidents.services.recording import SYSTEM, record
from incidents.services.reporting import NewReporter
from incidents.services.rules import begin_draft
from incidents.workflow import Kind
from submissions.models import Submission
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory, reported
from tests.factories.zones import square
from zones.models import Municipality

State = Submission.State
#: Roles that the person of the town holds as well, so that a crawl sees the desk.
DESK = ("dispatcher", "head", "clerk")
PICTURE = b"\xff\xd8\xff\xe0 a picture without words"


def reports_of(
    canary: str, town: Municipality, department: Department, person: User
) -> dict[str, Any]:
    """Reports that everybody may see, that wait to be sorted, that are answered and sent on."""
    for role in DESK:
        MembershipFactory.create(municipality=town, user=person, role=role)
    category = CategoryFactory.create(
        municipality=town,
        parent=CategoryFactory.create(
            municipality=town, parent=None, code=f"{canary}-group".lower(), names=_named(canary)
        ),
        code=f"{canary}-fault".lower(),
        names=_named(canary),
        target_hours=8,
        reporter="anonymous",
    )
    rows = {"report_category": category, **_rules(canary, town, category, department)}
    rows |= _reports(canary, town, category, department)
    rows |= _desk(canary, town, department, category, rows["incident"], person)
    rows["scope_member"] = Membership.objects.get(municipality=town, user=person, role="head")
    return rows


def _named(canary: str) -> dict[str, str]:
    return {"en": f"{canary} name", "ro": f"{canary} name"}


def _rules(
    canary: str, town: Municipality, category: Category, department: Department
) -> dict[str, Any]:
    """One rule in force, and the same in the next draft."""
    in_force = RuleSetFactory.create(municipality=town, number=1, note=f"{canary} rules")
    RuleFactory.create(
        rule_set=in_force, category=category, department=department, note=f"{canary} why"
    )
    draft = begin_draft(municipality=town, act=Act(None, NOON))
    assert draft.state == RuleSet.State.DRAFT
    return {"rule": draft.rules.get()}


def _reports(
    canary: str, town: Municipality, category: Category, department: Department
) -> dict[str, Any]:
    """Open and public, answered and judged, sent on, and one that no rule could place."""
    open_one = _report(canary, town, category)
    _release(open_one)
    shown = Attachment.objects.create(
        incident=open_one, submission=_picture(State.RELEASED), role=Attachment.Role.PHOTO, seq=1
    )
    answered = _report(canary, town, category)
    _release(answered)
    record(
        incident=answered,
        kind=Kind.ANSWERED,
        data={"outcome": "done"},
        actor=SYSTEM,
        now=NOON,
        secrets={"answer": f"{canary} answer"},
    )
    sent = AnswerDraft.objects.create(
        incident=answered,
        step="sent",
        text=f"{canary} answer",
        language="ro",
        outcome="done",
        written_at=NOON,
        sent_at=NOON,
    )
    Verdict.objects.create(
        incident=answered, seq=4, is_satisfied=True, text=f"{canary} verdict", at=NOON
    )
    unsorted = _report(canary, town, None)
    body = Department.objects.create(
        municipality=town,
        code=f"{canary}-body".lower(),
        names=_named(canary),
        kind=Department.Kind.OUTSIDE,
        email=f"{canary}-body@town.example".lower(),
    )
    return {
        "incident": open_one,
        "public_picture": shown,
        "answered": answered,
        "sent_answer": sent,
        "unsorted": unsorted,
        "forwarded": _sent_on(canary, town, _report(canary, town, category), body),
        "body": body,
    }


def _report(canary: str, town: Municipality, category: Category | None) -> Incident:
    """A report with its own reference: those of two towns are alike else."""
    incident = reported(
        town,
        category=category or CategoryFactory.create(municipality=town, names=_named(canary)),
        words=f"{canary} words",
        reporter=NewReporter(
            name=f"{canary} reporter", email=f"{canary}@home.example".lower(), language="ro"
        ),
    )
    incident.reference = f"2026-{incident.pk:06d}"
    incident.save(update_fields=["reference"])
    Follower.objects.create(
        incident=incident, email=f"{canary}-f@home.example".lower(), since=NOON, confirmed_at=NOON
    )
    return incident


def _release(incident: Incident) -> None:
    texts = Submission.objects.filter(pk__in=incident.attachments.values("submission"))
    texts.update(state=State.RELEASED)
    said = {"by": "person", "words": True, "pictures": []}
    record(incident=incident, kind=Kind.RELEASED, data=said, actor=SYSTEM, now=NOON)


def _sent_on(canary: str, town: Municipality, incident: Incident, body: Department) -> Incident:
    Leg.objects.create(
        incident=incident,
        number=1,
        sender=incident.department,
        receiver=body,
        legal_basis=f"{canary} basis",
        message=f"{canary} message",
        sent_at=NOON,
    )
    data = {"leg": 1, "receiver": body.pk}
    record(incident=incident, kind=Kind.FORWARDED, data=data, actor=SYSTEM, now=NOON)
    return incident


def _desk(
    canary: str,
    town: Municipality,
    department: Department,
    category: Category,
    incident: Incident,
    person: User,
) -> dict[str, Any]:
    """What lies on the desk: remarks, an answer to be sent, pictures, letters, an interruption."""
    said: Mapping[str, Any] = {"incident": incident, "text": f"{canary} said", "at": NOON}
    Remark.objects.create(kind="note", seq=1, author=person, **said)
    Remark.objects.create(kind="question", seq=1, author=person, **said)
    asked = Remark.objects.create(kind="asked", seq=1, department=department, **said)
    photo = Attachment.objects.create(
        incident=incident, submission=_picture(), role=Attachment.Role.PHOTO, seq=1
    )
    to_send = _report(canary, town, category)
    record(incident=to_send, kind=Kind.DRAFTED, data={}, actor=SYSTEM, now=NOON)
    data = {"step": "relations"}
    record(incident=to_send, kind=Kind.PASSED_ON, data=data, actor=SYSTEM, now=NOON)
    answer = AnswerDraft.objects.create(
        incident=to_send,
        step="relations",
        text=f"{canary} answer",
        language="ro",
        outcome="done",
        written_at=NOON,
    )
    return {
        "report_photo": photo,
        "asked_opinion": asked,
        "drafted": _drafted(canary, town, category),
        "to_send": to_send,
        "answer": answer,
        "key": ApiKey.objects.create(
            municipality=town, name=f"{canary} key", digest=f"{town.pk:064d}", made_at=NOON
        ),
        "list": SavedFilter.objects.create(
            municipality=town, user=person, name=f"{canary} list", query="status=open"
        ),
        "outage": _outage(canary, town, department, category),
        **_templates(canary, town, department),
        **_letter(canary, town, category),
    }


def _templates(canary: str, town: Municipality, department: Department) -> dict[str, Any]:
    """A ready answer of one department, and one of the whole town."""
    texts: Mapping[str, Any] = {"names": _named(canary), "texts": _named(canary)}
    of_one = AnswerTemplate.objects.create(
        municipality=town, department=department, code="thanks", outcome="done", **texts
    )
    of_all = AnswerTemplate.objects.create(municipality=town, code="all", **texts)
    return {"answer_template": of_one, "town_template": of_all}


def _letter(canary: str, town: Municipality, category: Category) -> dict[str, Any]:
    """A letter that came in by mail, with a picture."""
    picture = _picture()
    letter = MailDraft.objects.create(
        municipality=town,
        message_id=f"{canary}@home.example".lower(),
        sender=f"{canary}@home.example".lower(),
        sender_name=f"{canary} sender",
        subject=f"{canary} subject",
        text=f"{canary} text",
        received_at=NOON,
        pictures=[str(picture.pk)],
        proposed_category=category,
        proposed_text=f"{canary} place",
    )
    return {"letter_in": letter, "letter_picture": picture}


def _drafted(canary: str, town: Municipality, category: Category) -> Incident:
    """A report whose answer is being written."""
    incident = _report(canary, town, category)
    record(incident=incident, kind=Kind.DRAFTED, data={}, actor=SYSTEM, now=NOON)
    AnswerDraft.objects.create(
        incident=incident, text=f"{canary} draft", language="ro", outcome="done", written_at=NOON
    )
    return incident


def _picture(state: str = State.WAITING) -> Submission:
    picture = Submission(
        kind=Submission.Kind.PICTURE,
        origin="report",
        state=state,
        received_on=TODAY,
        content_type="image/jpeg",
        sha256="0" * 64,
        size=len(PICTURE),
        width=4,
        height=3,
    )
    picture.file.save("picture.jpg", ContentFile(PICTURE))
    return picture


def _outage(canary: str, town: Municipality, department: Department, category: Category) -> Works:
    works = Works.objects.create(
        municipality=town,
        owner=department,
        kind=Works.Kind.OUTAGE,
        names=_named(canary),
        texts=_named(canary),
        geometry=square(4, 4),
        starts_on=TODAY,
        ends_on=TODAY + dt.timedelta(days=3000),
        created_at=NOON,
    )
    scope = OutageScope.objects.create(works=works, made_at=NOON, made_by=UserFactory.create())
    scope.categories.add(category)
    return works
