"""What terms and the people on the ladder are called; no ORM."""

from django.utils.translation import gettext_lazy as _

TERMS = {
    "answer": _("answer to the person"),
    "forward": _("sending on to who is competent"),
    "notice": _("sending the decision"),
    "leg": _("answer of the other institution"),
    "target": _("target of the town hall"),
    "hazard": _("danger"),
}


def term_name(code: str) -> str:
    """The name of a term; a code nobody named stays as it is."""
    return str(TERMS.get(code, code))
