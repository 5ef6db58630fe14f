"""How the history calls what is set about consultations."""

from django.utils.translation import gettext_lazy as _

from consultations.models import Process
from zones.setting_words import register_subject


def name_settings() -> None:
    """Register both kinds; called when the app is ready."""
    register_subject(
        "consultation",
        _("Consultations"),
        {
            "state": _("State"),
            "names": _("Title"),
            "texts": _("Text"),
            "department": _("Department"),
            "area": _("Area"),
            "reference_on": _("Homes count as of"),
            "is_binding": _("The town is bound by the vote."),
            "council_decision": _("Decision of the council"),
            "withdrawn_why": _("Why it was withdrawn"),
            "phases": _("Phases"),
            "votes": _("Vote"),
            "realisation": _("Works that carry it out"),
            "rule_vote": _("Whose voice counts"),
            "rule_answer": _("Whose voice counts"),
            "rule_support": _("Whose voice counts"),
        },
        {"state": dict(Process.State.choices)},
    )
    register_subject(
        "legal_notice",
        _("Legal notice"),
        {
            "regime": _("Law"),
            "announced_on": _("Day of the announcement"),
            "proposals_until": _("Last day for proposals"),
            "goes_on": _("Goes for endorsement on"),
            "decides_on": _("Day of the decision"),
            "is_shortened": _("The term is shortened; the reasons are published"),
            "shortened_why": _("Reasons for the shortened term"),
            "responsible": _("Responsible person"),
            "send_to": _("Where proposals are sent"),
            "debate_asked_on": _("A debate was asked for on"),
            "debate_asked_by": _("Who asked for a debate"),
            "debate_on": _("Day of the debate"),
            "overridden_why": _("Published reason"),
        },
    )
