"""The letter that an answer is, drawn from what was sent; nobody keeps a second copy."""

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.documents.answer_letter import AnswerLetter, answer_pdf
from incidents.models import AnswerDraft, Incident
from incidents.track_paths import track_path
from incidents.workflow import Outcome
from notifications.paths import absolute
from zones.days import civil_day
from zones.names import in_language


def answer_letter(draft: AnswerDraft, reader: Incident | None = None) -> bytes:
    """The PDF of an answer; of one on its way, as it will look.

    Args:
        reader: a report that is worked on with the answered one: the letter is then addressed to
            its reporter and names nobody else.
    """
    incident = draft.incident
    mine = reader or incident
    town, told = incident.municipality, mine.reporter
    order = [draft.language, *town.languages]
    office = incident.department
    with translation.override(draft.language):
        category = in_language(incident.category.names, order) if incident.category else ""
        at = draft.sent_at or draft.written_at
        letter = AnswerLetter(
            town=in_language(town.names, order),
            arms=bytes(town.arms) if town.arms else None,
            language=draft.language,
            department=in_language(office.names, order) if office else "",
            contact=(office.address, office.phone, office.email) if office else (),
            name=told.name,
            address=tuple(part.strip() for part in told.address.split(",", 1)),
            reference=mine.reference,
            register=_register(mine),
            day=date_format(civil_day(at, town.timezone), "DATE_FORMAT"),
            about=" · ".join(filter(None, (category, mine.place_text))),
            text=draft.text,
            outcome=str(Outcome(draft.outcome).label) if draft.outcome in Outcome.values else "",
            legal_basis=draft.legal_basis,
            signed=tuple(
                dict.fromkeys(str(one) for one in (draft.signed_by, draft.approved_by) if one)
            )
            or ((str(draft.written_by),) if draft.written_by else ()),
            link=absolute(town.sign_origin, track_path(town.slug, mine.tracking)),
        )
    return answer_pdf(letter)


def _register(incident: Incident) -> str:
    if not incident.register_number or incident.registered_on is None:
        return ""
    day = date_format(incident.registered_on, "DATE_FORMAT")
    return f"{_('Number of the register')}: {incident.register_number} / {day}"
