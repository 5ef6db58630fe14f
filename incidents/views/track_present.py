"""Puts a report into words for whoever may follow it; decides nothing."""

from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch

from departments.models import Department
from incidents.competence_words import choices_in_words
from incidents.incident_words import PUBLIC_KINDS, STATUS_ICONS, STATUS_TONES
from incidents.models import AnswerDraft, Attachment, Incident, Remark
from incidents.services.chain import chain_of
from incidents.services.receipts import link_of, mark_of, reporter_of, term_words
from incidents.services.routing import ruling_of
from incidents.services.timelines import Entry, data_of, office_of, timeline
from incidents.workflow import Kind, Status, WaitsFor

_PICTURES = (Attachment.Role.PHOTO, Attachment.Role.REPLY, Attachment.Role.PROOF)


def status_of(incident: Incident) -> dict[str, str]:
    """Status as word, picture and tone."""
    return {
        "words": incident.get_status_display(),
        "icon": STATUS_ICONS.get(incident.status, "info"),
        "tone": STATUS_TONES.get(incident.status, ""),
    }


def page_of(incident: Incident, kinds: Collection[str]) -> dict[str, Any]:
    """Everything the reporter reads."""
    remarks = list(_remarks(incident))
    replied = {one.answers_id for one in remarks if one.answers_id}
    questions = [one for one in remarks if one.kind == Remark.Kind.QUESTION]
    is_asked = incident.waits_for == WaitsFor.REPORTER
    open_question = questions[-1] if questions and is_asked else None
    if open_question is not None and open_question.pk in replied:
        open_question = None
    reporter = reporter_of(incident)
    return {
        **receipt_of(incident),
        "entries": entries_of(incident, kinds),
        "remarks": remarks,
        "chain": chain_of(incident),
        "question": open_question,
        "answer": _answer(incident),
        "photos": _photos(incident),
        "words": reporter.words if reporter else "",
        "is_erased": bool(reporter and reporter.erased_at),
        "can_erase": bool(reporter and not reporter.erased_at),
        "others": incident.followers.count(),
    }


def receipt_of(incident: Incident) -> dict[str, Any]:
    """Reference, link, mark, term, and whose matter it is."""
    return {
        "incident": incident,
        "status": status_of(incident),
        "link": link_of(incident),
        "mark": mark_of(incident),
        "term": term_words(incident),
        "office": owner_of(incident),
        "sides": _sides(incident),
        "is_new": incident.status == Status.NEW,
        "is_outside": incident.status == Status.OUTSIDE,
    }


def owner_of(incident: Incident) -> Department | None:
    """The department, the institution it was sent to, or who owns what is not the town's."""
    kind = {Status.OUTSIDE: Kind.OUTSIDE, Status.FORWARDED: Kind.FORWARDED}.get(
        Status(incident.status)
    )
    if kind is None:
        return incident.department
    event = incident.events.filter(kind=kind).order_by("-seq").first()
    return office_of(incident, data_of(event)) if event else incident.department


def entries_of(incident: Incident, kinds: Collection[str]) -> list[Entry]:
    """Its own events; from the moment it joined another report, what happened there too."""
    own = timeline(incident, kinds)
    if incident.leader is None:
        return own
    joined = [one.at for one in own if one.kind == Kind.MERGED]
    since = joined[-1] if joined else incident.changed_at
    shared = PUBLIC_KINDS - {Kind.REPORTED, Kind.FOLLOWED, Kind.MERGED}
    there = [one for one in timeline(incident.leader, shared) if one.at > since]
    return sorted([*own, *there], key=lambda one: one.at)


def _remarks(incident: Incident) -> Collection[Remark]:
    photos = Prefetch("photos", Attachment.objects.select_related("submission"))
    return incident.remarks.filter(
        kind__in=(Remark.Kind.QUESTION, Remark.Kind.REPLY)
    ).prefetch_related(photos)


def _answer(incident: Incident) -> AnswerDraft | None:
    """The answer that was sent, of the report or of the one it is worked on with."""
    ids = [one for one in (incident.pk, incident.leader_id) if one]
    sent = AnswerDraft.objects.filter(incident__in=ids, step=AnswerDraft.Step.SENT)
    return sent.order_by("-sent_at", "-pk").first()


def _photos(incident: Incident) -> list[Attachment]:
    rows = incident.attachments.filter(role__in=_PICTURES).exclude(submission__file="")
    return [
        one
        for one in rows.select_related("submission").order_by("pk")
        if one.role != Attachment.Role.PROOF or one.submission.state == "released"
    ]


def _sides(incident: Incident) -> list[tuple[int, str]]:
    """The answers to “which side of the border?”. Two queries where it is asked."""
    if incident.waits_for != WaitsFor.PLACE:
        return []
    ruling = ruling_of(incident)
    return choices_in_words(ruling) if ruling else []
