"""The nouns of consultations; imports go one way: processes <- voices <- votes, and <- legal."""

from consultations.models.corrections import RollAdmission
from consultations.models.legal import LegalNotice, PublicationProof
from consultations.models.letters import ParticipantLetter
from consultations.models.processes import (
    EligibilityRule,
    Phase,
    Process,
    ProjectLayer,
    ProjectPart,
)
from consultations.models.voices import (
    Contribution,
    OfficialAnswer,
    Question,
    Response,
    ResponseValue,
    Standing,
    Support,
)
from consultations.models.votes import (
    Ballot,
    BudgetProject,
    Channel,
    CountRun,
    Override,
    PaperBallot,
    Roll,
    RollEntry,
    RollLook,
)

__all__ = [
    "Ballot",
    "BudgetProject",
    "Channel",
    "Contribution",
    "CountRun",
    "EligibilityRule",
    "LegalNotice",
    "OfficialAnswer",
    "Override",
    "PaperBallot",
    "ParticipantLetter",
    "Phase",
    "Process",
    "ProjectLayer",
    "ProjectPart",
    "PublicationProof",
    "Question",
    "Response",
    "ResponseValue",
    "Roll",
    "RollAdmission",
    "RollEntry",
    "RollLook",
    "Standing",
    "Support",
]
