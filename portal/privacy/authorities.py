"""Supervisory authorities for personal data of the countries whose towns use the program."""

from dataclasses import dataclass

from zones.models import Municipality


@dataclass(frozen=True, slots=True)
class Authority:
    """Where a person complains (GDPR, article 77)."""

    name: str
    url: str


AUTHORITIES = {
    "RO": Authority(
        "Autoritatea Națională de Supraveghere a Prelucrării Datelor cu Caracter Personal",
        "https://www.dataprotection.ro/",
    ),
    "BG": Authority("Комисия за защита на личните данни (КЗЛД)", "https://cpdp.bg/"),
}


def authority_of(municipality: Municipality) -> Authority | None:
    """The authority of the town's country; None where we do not know it."""
    return AUTHORITIES.get(municipality.country)
