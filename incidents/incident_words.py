"""What happened to a report, in plain sentences for its reporter and for everybody; no ORM.

`sentence` takes facts that the caller looked up: names of departments, days as text. What is not
known is left out, never invented.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

#: Kinds that say something to everybody; what is left out is work inside the house.
PUBLIC_KINDS = frozenset(
    {
        "reported", "registered", "routed", "outside", "forwarded", "leg_accepted", "leg_refused",
        "leg_done", "leg_withdrawn", "extended", "answered", "closed", "reopened", "merged",
        "unmerged", "absorbed", "followed",
    }
)  # fmt: skip
#: What the reporter reads besides.
REPORTER_KINDS = PUBLIC_KINDS | {
    "confirmed", "categorised", "moved", "asked", "replied", "assigned", "refused", "erased",
}  # fmt: skip

# Without facts; and with them, the first whose facts are all known.
_PLAIN: Mapping[str, StrOrPromise] = {
    "reported": _("The report came in."),
    "confirmed": _("The e-mail address was confirmed."),
    "registered": _("The report was entered in the register."),
    "categorised": _("It was sorted anew."),
    "moved": _("The place was put right."),
    "routed": _("The report went to the department in charge."),
    "outside": _("This is not a matter of the town hall."),
    "assigned": _("Somebody works on it."),
    "asked": _("The department has a question."),
    "replied": _("The question was answered."),
    "forwarded": _("The report was sent to another institution."),
    "leg_accepted": _("The institution accepted it."),
    "leg_refused": _("The institution says that it is not theirs; the town hall goes on."),
    "leg_done": _("The institution has done it."),
    "leg_withdrawn": _("The town hall took it back from the institution."),
    "extended": _("The term was extended."),
    "answered": _("The answer was sent."),
    "closed": _("The report was closed."),
    "reopened": _("The report was opened again."),
    "merged": _("It is worked on together with another report about the same thing."),
    "unmerged": _("It is worked on alone again."),
    "refused": _("It was put aside, because it is not a report."),
    "absorbed": _("It belongs to works or an outage that the town already knows."),
    "followed": _("Somebody else follows this report."),
    "erased": _("The personal data was erased."),
}
_TOLD: Mapping[str, tuple[StrOrPromise, ...]] = {
    "registered": (_("Entered in the register as number %(number)s on %(on)s."),),
    "categorised": (_("It was sorted anew: %(category)s."),),
    "routed": (_("The report went to: %(department)s."),),
    "outside": (
        _("This is not a matter of the town hall but of %(department)s, telephone %(phone)s."),
        _("This is not a matter of the town hall but of %(department)s."),
    ),
    "forwarded": (
        _("Sent to %(department)s, under %(basis)s."),
        _("Sent to %(department)s."),
    ),
    "leg_accepted": (
        _("%(department)s accepted it and promises it for %(until)s."),
        _("%(department)s accepted it."),
    ),
    "leg_refused": (_("%(department)s says that it is not theirs; the town hall goes on."),),
    "leg_done": (_("%(department)s has done it."),),
    "extended": (_("The term was extended, days more: %(days)s."),),
    "answered": (_("The answer was sent: %(outcome)s."),),
    "closed": (_("The report was closed: %(outcome)s."),),
    "merged": (_("It is worked on together with report %(reference)s about the same thing."),),
    "absorbed": (_("It belongs to: %(works)s."),),
}
#: Picture beside the words of a status; colour never stands alone.
STATUS_ICONS: Mapping[str, str] = {
    "new": "info",
    "triage": "list",
    "open": "person",
    "working": "settings",
    "forwarded": "share",
    "answered": "check",
    "closed": "check",
    "merged": "layers",
    "outside": "info",
    "refused": "close",
}
STATUS_TONES: Mapping[str, str] = {
    "new": "is-warn",
    "triage": "is-accent",
    "open": "is-accent",
    "working": "is-accent",
    "forwarded": "is-accent",
    "answered": "is-good",
    "closed": "is-good",
}


def sentence(kind: str, facts: Mapping[str, str]) -> str:
    """What an event says to a reader; "" for a kind that says nothing to anybody outside."""
    known = {name: value for name, value in facts.items() if value}
    for template in _TOLD.get(kind, ()):
        try:
            # A day may end in a full stop of its own ("17.11.2026 г.").
            return (str(template) % known).replace("..", ".")
        except KeyError:
            continue
    return str(_PLAIN.get(kind, ""))
