"""The nouns of consultations. Imports go one way: processes <- voices <- votes."""

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
    Roll,
    RollEntry,
)

__all__ = [
    "Ballot",
    "BudgetProject",
    "Channel",
    "Contribution",
    "CountRun",
    "EligibilityRule",
    "OfficialAnswer",
    "Override",
    "Phase",
    "Process",
    "ProjectLayer",
    "ProjectPart",
    "Question",
    "Response",
    "ResponseValue",
    "Roll",
    "RollEntry",
    "Standing",
    "Support",
]
