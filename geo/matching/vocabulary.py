"""Words that structure an address in Romanian, Bulgarian and map English; no names of towns."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from geo.matching.letters import fold


class Part(StrEnum):
    """The part of an address that a marker word announces."""

    QUARTER = "quarter"
    LOCALITY = "locality"
    BLOCK = "block"
    ENTRANCE = "entrance"
    FLOOR = "floor"
    APARTMENT = "apartment"
    REGION = "region"


Code = TypeVar("Code", bound=str)


def _spread(groups: Mapping[Code, str]) -> dict[str, Code]:
    return {word: code for code, words in groups.items() for word in words.split()}


# Street types: code -> folded spellings. Folding makes „ул.“ and "ul." one word.
_TYPES_RO: Final = {
    "street": "str strada strazii strad stradela",
    "boulevard": "bd bld blvd bdul bulevardul bulevard bul bvd",
    "alley": "al aleea alee ale alea",
    "way": "cal calea cale",
    "square": "pta pata piata piatza pza",
    "road": "sos soseaua sosea",
    "close": "intr intrarea intrare",
    "cul_de_sac": "fdt fnd fund fundatura fundacul fundac",
    "embankment": "spl splai splaiul",
    "track": "drum drumul",
    "passage": "pasaj pasajul trecatoarea",
    "extension": "prel prelungirea prelungire",
}
_TYPES_BG: Final = {
    "street": "ul ulitsa ulica ulitza",
    "boulevard": "bul bulevard",
    "alley": "aleya aleq",
    "square": "pl ploshtad ploshtat ploshad",
    "road": "shose sh",
    "passage": "pasazh",
}
_TYPES_EN: Final = {
    "street": "st str street",
    "boulevard": "blvd boulevard",
    "square": "sq square",
    "alley": "lane",
    "road": "rd road",
}
# In both countries “St” is likelier a saint than a street.
_TYPES_EN_ABROAD: Final = {**_TYPES_EN, "street": "str street"}
STREET_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    "ro": {**_spread(_TYPES_EN_ABROAD), **_spread(_TYPES_RO)},
    "bg": {**_spread(_TYPES_EN_ABROAD), **_spread(_TYPES_BG)},
    "en": _spread(_TYPES_EN),
}

# Two letters that mean a street type even without a full stop and in the middle of a line.
SURE_SHORT_TYPES: Final = frozenset({"ul", "bd"})

_MARKERS_RO: Final = {
    Part.QUARTER: "cart cartier cartierul ansamblul",
    Part.LOCALITY: "mun municipiul municipiu or oras orasul com comuna sat satul loc localitatea",
    Part.BLOCK: "bl bloc blocul",
    Part.ENTRANCE: "sc scara",
    Part.FLOOR: "et etaj etajul",
    Part.APARTMENT: "ap apt apartament apartamentul",
    Part.REGION: "jud judet judetul",
}
_MARKERS_BG: Final = {
    Part.QUARTER: "kv kvartal zhk mt mestnost",
    Part.LOCALITY: "gr grad selo",
    Part.BLOCK: "bl blok",
    Part.ENTRANCE: "vh vhod",
    Part.FLOOR: "et etazh",
    Part.APARTMENT: "ap apartament",
    Part.REGION: "obl oblast obsht obshtina",
}
MARKERS: Final[Mapping[str, Mapping[str, Part]]] = {
    "ro": _spread(_MARKERS_RO),
    "bg": _spread(_MARKERS_BG),
    "en": {},
}
# One letter is a marker only with its full stop: „с.“ is a village, “s” is not.
DOTTED_VILLAGE: Final = "s"

NUMBER_MARKS: Final = frozenset({"nr", "nomer", "numar", "numarul", "no", "n"})

# Ranks, titles and epithets: (folded spellings) -> one spelling. They are compared when both
# sides have them and cost little when one side leaves them out.
_TITLES_RO: Final = {
    "general": "general gen", "colonel": "colonel col", "locotenent": "locotenent lt",
    "maior": "maior mr", "capitan": "capitan cpt", "sergent": "sergent serg",
    "doctor": "doctor dr", "profesor": "profesor prof", "inginer": "inginer ing",
    "preot": "preot pr", "episcop": "episcop ep", "mitropolit": "mitropolit mitropolitul",
    "sfant": "sfant sf sfantul sfanta sfintii", "erou": "erou", "academician": "academician acad",
    "arhitect": "arhitect arh", "aviator": "aviator av", "voievod": "voievod",
    "domnitor": "domnitor", "plutonier": "plutonier plt", "caporal": "caporal cap",
    "elev": "elev", "sublocotenent": "sublocotenent slt", "amiral": "amiral",
}  # fmt: skip
_TITLES_BG: Final = {
    "general": "general gen", "polkovnik": "polkovnik polk", "mayor": "mayor may",
    "podpolkovnik": "podpolkovnik podp podpolk", "kapitan": "kapitan kap",
    "poruchik": "poruchik por", "doktor": "doktor dr d-r", "profesor": "profesor prof",
    "akademik": "akademik akad", "inzhener": "inzhener inzh", "arhitekt": "arhitekt arh",
    "sveti": "sveti sv sveta", "patriarh": "patriarh",
    "mitropolit": "mitropolit mitr", "episkop": "episkop", "sveshtenik": "sveshtenik svesht",
    "otets": "otets", "hadzhi": "hadzhi", "tsar": "tsar", "tsaritsa": "tsaritsa",
    "knyaz": "knyaz kn", "knyaginya": "knyaginya", "han": "han", "pop": "pop", "graf": "graf",
    "voyvoda": "voyvoda",
}  # fmt: skip
TITLES: Final[Mapping[str, Mapping[str, str]]] = {
    "ro": _spread(_TITLES_RO),
    "bg": _spread(_TITLES_BG),
    "en": {},
}

POSTAL_DIGITS: Final[Mapping[str, int]] = {"ro": 6, "bg": 4}

# Little words that carry next to nothing when names are compared.
SMALL_WORDS: Final = frozenset({"de", "la", "cel", "cea", "din", "al", "i", "na", "ot", "lui"})

# Common given names weigh less than family names: “Eminescu” is enough, “Mihai” is not.
_GIVEN_NAMES: Final = (
    "alexandru ana andrei anton aurel constantin corneliu cristian dan dimitrie dumitru elena "
    "emil eugen gavril george gheorghe grigore horia iacob ilie ioan ion ionel iulia iulian "
    "liviu lucian luca maria marin mihai mihail mircea nicolae nicu octavian ovidiu pavel "
    "petre petru radu sebastian sergiu simion stefan teodor toma traian tudor valeriu vasile "
    "victor viorel virgil vlad zaharia "
    "aleksandar angel anton asen atanas boyan boris vasil veselin viktor vladimir georgi "
    "dimitar dobri emil zahari ivan iliya kiril kolyo konstantin lyuben marin metodi mihail "
    "nikola nikolay pencho petar petko rayko rayna stefan stoyan stoil todor tsanko hristo "
    "yordan yoan"
)
GIVEN_NAMES: Final = frozenset(_GIVEN_NAMES.split())

TYPE_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "ro": {
        "street": "Strada", "boulevard": "Bulevardul", "alley": "Aleea", "way": "Calea",
        "square": "Piața", "road": "Șoseaua", "close": "Intrarea", "cul_de_sac": "Fundătura",
        "embankment": "Splaiul", "track": "Drumul", "passage": "Pasajul",
        "extension": "Prelungirea",
    },
    "bg": {
        "street": "ул.", "boulevard": "бул.", "alley": "алея", "square": "пл.", "road": "шосе",
        "passage": "пасаж",
    },
}  # fmt: skip


def street_type_code(word: str, language: str) -> str:
    """The type a written word means, such as "boulevard" for „бул.“ or “b-dul”; "" if none."""
    letters = "".join(sign for sign in fold(word) if sign.isalpha())
    return STREET_TYPES.get(language, STREET_TYPES["en"]).get(letters, "")
