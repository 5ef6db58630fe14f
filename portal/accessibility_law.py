"""Whom a person turns to where the town does not answer about a barrier, by country; data only."""

from dataclasses import dataclass

from zones.models import Municipality

#: The town answers within so many days; a promise of the statement, shorter terms of law stay.
ANSWER_DAYS = 30


@dataclass(frozen=True, slots=True)
class Enforcement:
    """The law that carries Directive (EU) 2016/2102 into a country, and the body that watches."""

    law: str
    body: str
    url: str


ENFORCEMENT = {
    "RO": Enforcement(
        "Ordonanța de urgență a Guvernului nr. 112/2018",
        "Autoritatea pentru Digitalizarea României (ADR)",
        "https://www.adr.gov.ro/",
    ),
    "BG": Enforcement(
        "Закон за електронното управление",
        "Министерство на електронното управление",
        "https://egov.government.bg/",
    ),
}


def enforcement_of(municipality: Municipality) -> Enforcement | None:
    """The procedure of the town's country; None where we do not know it."""
    return ENFORCEMENT.get(municipality.country)
