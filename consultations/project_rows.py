"""Projects of a budget as lists, maps and files show them."""

from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry

from consultations.ballots import Currency
from consultations.models import BudgetProject, Standing
from consultations.money_words import money_words
from zones.names import in_language

COLUMNS = ("code", "name", "state", "cost", "currency", "from", "words", "reason")
_TONES = {"feasible": "is-good", "won": "is-good", "refused": "is-bad"}


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One project, before the vote and after it; never who proposed it.

    Attributes:
        is_result_open: whether it may be told who won.
    """

    number: int
    project: BudgetProject
    currency: str
    is_result_open: bool

    @property
    def name(self) -> str:
        """Its title in the language of the reader."""
        return in_language(self.project.names, self.project.process.municipality.languages)

    @property
    def state(self) -> str:
        """As it may be told: a project that won is one that can be done until then."""
        state = BudgetProject.State
        decided = self.project.state in (state.WON, state.LOST)
        return state.FEASIBLE if decided and not self.is_result_open else self.project.state

    @property
    def state_words(self) -> str:
        """Its state in words."""
        return str(BudgetProject.State(self.state).label)

    @property
    def tone(self) -> str:
        """The look of its badge."""
        return _TONES.get(self.state, "")

    @property
    def cost_words(self) -> str:
        """What it costs; nothing where alternatives are chosen without money."""
        if self.currency == Currency.NONE:
            return ""
        return money_words(self.project.cost, self.currency)

    @property
    def words(self) -> str:
        """What it is: in the words of the town, else in those of the one who proposed it."""
        order = self.project.process.municipality.languages
        if own := in_language(self.project.texts, order):
            return own
        said = self.project.contribution
        if said is None or said.submission.state != "released":
            return ""
        return said.submission.text.partition("\n\n")[2] or said.submission.text

    @property
    def reason(self) -> str:
        """Why it can or cannot be done."""
        return in_language(self.project.reasons, self.project.process.municipality.languages)

    @property
    def standing(self) -> str:
        """As whom it was proposed; empty for the town's own."""
        said = self.project.contribution
        return str(Standing(said.standing).label) if said else ""

    @property
    def organisation(self) -> str:
        """For which business or association."""
        return self.project.contribution.organisation if self.project.contribution else ""

    @property
    def geometry(self) -> GEOSGeometry | None:
        """Where it is."""
        return self.project.geometry


def plain(row: ProjectRow) -> dict[str, object]:
    """A row of a file."""
    values: tuple[object, ...] = (
        row.project.code, row.name, row.state, f"{row.project.cost:.2f}", row.currency,
        row.project.contribution.standing if row.project.contribution else "town",
        row.words, row.reason,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
