"""What a legal notice says, in one language of the town: for the page, the PDF, the proofs."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consultations.models import Contribution, LegalNotice, Process
from consultations.notice_text import Line, NoticeText
from consultations.services.law import kept_days, regime_of, unanswered
from zones.names import in_language


def notice_text(notice: LegalNotice, language: str, link: str) -> NoticeText:
    """The notice in one language.

    Args:
        link: the full address at which people take part online.
    """
    process = notice.process
    town = process.municipality
    order = [language, *town.languages]
    with translation.override(language):
        lines = [*_what(process, order), *_terms(notice, order), *_where_to(notice, link)]
        law = in_language(regime_of(notice).law, order)
        return NoticeText(
            authority=in_language(town.names, order),
            office=in_language(process.department.names, order),
            title=in_language(process.names, order),
            law=_("Legal basis: %(basis)s") % {"basis": law} if law else "",
            lines=[line for line in lines if line.text],
        )


def public_path(process: Process) -> str:
    """The page of the notice that everybody can read."""
    return reverse("consultations:legal_notice", args=[process.municipality.slug, process.pk])


def statement_text(process: Process, language: str) -> str:
    """What was proposed and what became of it, one line each; nothing that was not released."""
    with translation.override(language):
        told = [_statement_line(one, language) for one in proposals_of(process)]
        waiting = unanswered(process).count()
        end = [_("Without an answer: %(count)s") % {"count": waiting}] if waiting else []
        return "\n".join([in_language(process.names, [language]), *told, *end, ""])


def proposals_of(process: Process) -> Sequence[Contribution]:
    """The register in its order, replies among people left out; one query."""
    rows = Contribution.objects.filter(process=process, parent=None)
    return list(rows.select_related("submission", "answer").order_by("said_at", "pk"))


def _statement_line(one: Contribution, language: str) -> str:
    text = one.words if one.is_told else _("not released")
    answer = getattr(one, "answer", None)
    if answer is None:
        return text
    became = f"{answer.get_outcome_display()}: {in_language(answer.texts, [language])}"
    return f"{text}\n    {became}"


def _what(process: Process, order: Sequence[str]) -> list[Line]:
    area = in_language(process.area.words, order) if process.area else _("the whole town")
    return [
        Line(_("What it is about"), in_language(process.texts, order)),
        Line(_("Area concerned"), area),
    ]


def _terms(notice: LegalNotice, order: Sequence[str]) -> list[Line]:
    until = kept_days(notice).proposals_until
    asked = ""
    if notice.debate_asked_on:
        asked = f"{_day(notice.debate_asked_on)}, {notice.debate_asked_by}".strip(", ")
    return [
        Line(_("Announced on"), _day(notice.announced_on)),
        Line(_("Proposals in writing, until the end of"), _day(until)),
        Line(_("Why the term is shortened"), in_language(notice.shortened_why, order)),
        Line(_("A debate was asked for"), asked),
        Line(_("Day of the debate"), _day(notice.debate_on)),
        Line(_("Goes for endorsement on"), _day(notice.goes_on)),
        Line(_("Day of the decision"), _day(notice.decides_on)),
    ]


def _where_to(notice: LegalNotice, link: str) -> list[Line]:
    office = notice.process.department
    contact = ", ".join(filter(None, (office.address, office.phone, office.email)))
    return [
        Line(_("Where proposals are sent"), notice.send_to),
        Line(_("Responsible person"), notice.responsible),
        Line(_("Office"), contact),
        Line(_("Online"), link),
    ]


def _day(day: object) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""  # type: ignore[arg-type]
