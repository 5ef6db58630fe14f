"""Rows of the demonstration about reports, for the pages that show one."""

from django.db.models import Count, Model
from django.utils import timezone

from departments.acts import Act
from departments.models import Department, Membership, Works
from incidents.models import AnswerTemplate, Incident, MailDraft
from incidents.models import Category as ReportCategory
from incidents.services.legs import NewLeg, forward
from incidents.services.recording import SYSTEM
from incidents.services.rules import begin_draft as begin_rules
from zones.models import Municipality


def busy_office(town: Municipality) -> str:
    """The code of a department that has many reports."""
    rows = Incident.objects.filter(municipality=town, department__isnull=False)
    most = rows.values("department__code").annotate(count=Count("pk")).order_by("-count")
    return str(most[0]["department__code"])


def reported_rows(town: Municipality) -> dict[str, Model | None]:
    """Reports of the demonstration in each state; what it has not got is made."""
    reports = Incident.objects.filter(municipality=town).order_by("-pk")
    reader = Membership.objects.get(
        municipality=town, role="administrator", user__email__endswith=".example"
    )
    for role in ("dispatcher", "head", "clerk"):
        Membership.objects.get_or_create(municipality=town, user=reader.user, role=role)
    working, other = reports.filter(status="working", department__isnull=False)[:2]
    return {
        "incident": working,
        "answered": reports.filter(status="answered")[0],
        "unsorted": reports.filter(status="triage")[0],
        "forwarded": _sent_on(other),
        "report_category": ReportCategory.objects.in_municipality(town).offered()[0],
        "scope_member": Membership.objects.filter(municipality=town, role="handler")[0],
        "rule": begin_rules(municipality=town, act=Act(None, timezone.now())).rules.first(),
        "outage": Works.objects.filter(municipality=town, kind="outage").first(),
        "answer_template": AnswerTemplate.objects.create(
            municipality=town, department=working.department, code="t", names={"en": "Thanks"},
            texts={"en": "Thank you."},
        ),
        "town_template": AnswerTemplate.objects.create(
            municipality=town, code="all", names={"en": "Thanks"}, texts={"en": "Thank you."}
        ),
        "letter_in": MailDraft.objects.create(
            municipality=town, message_id="1@home.example", sender="ana@home.example",
            subject="Bec ars", text="Nu arde becul.", received_at=timezone.now(),
        ),
    }  # fmt: skip


def _sent_on(incident: Incident) -> Incident:
    """A report that lies with an outside body."""
    body = Department.objects.filter(municipality=incident.municipality, kind="outside")[0]
    forward(
        incident=incident,
        leg=NewLeg(body, "OG 27/2002, art. 6¹"),
        actor=SYSTEM,
        now=timezone.now(),
    )
    return incident
