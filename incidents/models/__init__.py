"""The nouns of reports. Imports go one way: categories <- (rules, incidents) <- all others."""

from incidents.models.categories import Category, Scope
from incidents.models.clocks import Alert, Clock
from incidents.models.incidents import (
    Attachment,
    Follower,
    Incident,
    ReferenceCounter,
    Reporter,
)
from incidents.models.ledger import EventSecret, IncidentEvent, LedgerRoot, PublishedHead
from incidents.models.legs import ApiKey, Leg
from incidents.models.looks import ReporterLook
from incidents.models.outages import OutageScope
from incidents.models.rules import CompetenceRule, RuleSet
from incidents.models.talks import (
    AnswerDraft,
    AnswerTemplate,
    MailDraft,
    Remark,
    SavedFilter,
    Verdict,
)

__all__ = [
    "Alert",
    "AnswerDraft",
    "AnswerTemplate",
    "ApiKey",
    "Attachment",
    "Category",
    "Clock",
    "CompetenceRule",
    "EventSecret",
    "Follower",
    "Incident",
    "IncidentEvent",
    "LedgerRoot",
    "Leg",
    "MailDraft",
    "OutageScope",
    "PublishedHead",
    "ReferenceCounter",
    "Remark",
    "Reporter",
    "ReporterLook",
    "RuleSet",
    "SavedFilter",
    "Scope",
    "Verdict",
]
