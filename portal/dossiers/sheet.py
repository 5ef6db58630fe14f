"""A dossier as one report: the same for the page and the PDF."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.dossiers.area import Subject
from portal.dossiers.picture import area_picture
from portal.dossiers.sections import sections_of
from satisfaction.documents.sheets import Sheet, as_pdf
from zones.names import in_language


def dossier_sheet(subject: Subject, address: str) -> Sheet:
    """The whole dossier in the active language.

    Args:
        address: of the page, complete; it stands on each sheet of paper.
    """
    town = in_language(subject.municipality.names, subject.municipality.languages)
    months = ngettext("the last month", "the last %(number)s months", subject.months)
    period = {
        "months": months % {"number": subject.months},
        "first": date_format(subject.since, "DATE_FORMAT"),
        "day": date_format(subject.today, "DATE_FORMAT"),
    }
    is_invented = bool(subject.dataset and subject.dataset.is_synthetic)
    return Sheet(
        title=subject.name,
        lead=f"{town} · {subject.kind} · " + _("%(months)s: %(first)s to %(day)s") % period,
        sections=list(sections_of(subject)),
        footer=f"{town} · {address}",
        language=subject.language,
        warning=_("The border is invented, for demonstration.") if is_invented else "",
    )


def dossier_pdf(subject: Subject, address: str) -> bytes:
    """The same on A4 with a small map."""
    return as_pdf(dossier_sheet(subject, address), area_picture(subject))
