"""Make the streets and houses of a Romanian-like town from a seed, and mistype their names."""

from __future__ import annotations

import random
from dataclasses import dataclass

from geo.matching import fold

TYPES = {"Strada": 70, "Aleea": 15, "Bulevardul": 7, "Intrarea": 5, "Piața": 3}
_FIRST = (
    "Alexandru Ana Andrei Anton Aurel Avram Constantin Cristian Dimitrie Dumitru Ecaterina "
    "Elena Emil Eugen Florin George Gheorghe Grigore Horia Ilie Ioan Ion Iulian Laurențiu Liviu "
    "Lucian Marin Matei Mihai Mihail Mircea Nicolae Octavian Ovidiu Panait Petre Petru Radu "
    "Simion Ștefan Teodor Titu Toma Traian Tudor Vasile Victor Virgil Vlad Zaharia"
)
FIRST = _FIRST.split()
_LAST = (
    "Alecsandri Antonescu Arghezi Asachi Bacovia Bălcescu Bărnuțiu Blaga Bolintineanu Brâncuși "
    "Brătianu Cantemir Caragiale Cantacuzino Coandă Cobuc Coșbuc Creangă Cuza Densușianu "
    "Dobrogeanu Eftimiu Eliade Eminescu Enescu Filipescu Gane Goga Golescu Grigorescu Hașdeu "
    "Hogaș Iancu Ionescu Iorga Ispirescu Kogălniceanu Lahovary Luchian Maior Maiorescu Maniu "
    "Minulescu Moisil Mumuleanu Negruzzi Odobescu Pallady Pann Petrescu Popescu Porumbescu "
    "Rareș Rebreanu Russo Sadoveanu Șaguna Sahia Slavici Sorescu Stere Titulescu Tonitza "
    "Topârceanu Țiriac Țuculescu Ureche Văcărescu Vlahuță Vlaicu Vuia Xenopol Zamfirescu"
)
LAST = _LAST.split()
_PLAIN = (
    "Albinelor Alunișului Arinului Armoniei Băncii Bistriței Brândușelor Bradului Bucegi "
    "Bujorului Castanilor Cărămidăriei Căprioarei Ceahlăului Cerbului Ciocârliei Cireșului "
    "Cloșca Codrului Constructorului Cozlei Crângului Crinului Crișana Dacia Dealului Decebal "
    "Doinei Dorobanților Dumbravei Dunării Eroilor Fagului Fântânilor Fermelor Florilor "
    "Frasinului Garofiței Ghioceilor Gării Grădinilor Griviței Iazului Independenței Înfrățirii "
    "Izvorului Lacului Lalelelor Lăcrămioarelor Liliacului Livezilor Luncii Mărășești Mărăști "
    "Mesteacănului Mierlei Mioriței Morii Muncii Narciselor Nucului Nufărului Oituz Orhideelor "
    "Orizontului Păcii Păltiniș Pescăruș Petrodava Plăieșului Plopilor Poienii Primăverii "
    "Privighetorii Progresului Prunului Răchitei Războieni Rozelor Salcâmului Sănătății Școlii "
    "Siretului Soarelui Speranței Spicului Stejarului Ștrandului Teilor Toamnei Trandafirilor "
    "Turturelelor Ulmului Unirii Uzinei Vânătorilor Verii Viilor Viforului Violetelor Vișinului "
    "Viitorului Zambilelor Zefirului Zimbrului"
)
PLAIN = _PLAIN.split()
LETTERS = "abcdefghijlmnoprstuvz"
LONG_NAME = 12


@dataclass(frozen=True)
class NamedStreet:
    """A street with its houses: (number, longitude, latitude)."""

    id: int
    type: str
    name: str
    houses: tuple[tuple[str, float, float], ...]


def make_streets(*, seed: int, streets: int, addresses: int) -> list[NamedStreet]:
    """Streets with unique type and name (names alone repeat), addresses spread over them."""
    rng = random.Random(seed)
    taken: dict[tuple[str, str], None] = {}
    while len(taken) < streets:
        kind = rng.choices(list(TYPES), list(TYPES.values()))[0]
        plain = rng.random() < 0.3
        name = rng.choice(PLAIN) if plain else f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        taken.setdefault((kind, name))
    sizes = [rng.paretovariate(1.3) for _ in taken]
    scale = addresses / sum(sizes)
    return [
        NamedStreet(at, kind, name, _houses(rng, max(4, round(size * scale))))
        for at, ((kind, name), size) in enumerate(zip(taken, sizes, strict=True))
    ]


def _houses(rng: random.Random, count: int) -> tuple[tuple[str, float, float], ...]:
    west, south = 26.30 + rng.random() * 0.12, 46.88 + rng.random() * 0.08
    return tuple(
        (str(number), west + number * 5e-6, south + (1e-4 if number % 2 else -1e-4))
        for number in range(1, count + 1)
    )


def mistyped(street: NamedStreet, number: str, rng: random.Random) -> str:
    """Lower case, without diacritics, the type typed, one typo in the name, two in a long one."""
    name = with_typo(fold(street.name), rng)
    if len(name) > LONG_NAME:
        name = with_typo(name, rng)
    return f"{fold(street.type)} {name} {number}"


def with_typo(name: str, rng: random.Random) -> str:
    """One letter lost, put in, wrong, or exchanged with the next."""
    at = rng.choice([place for place, sign in enumerate(name) if sign.isalpha()])
    kind, letter = rng.choice(("lost", "extra", "wrong", "exchanged")), rng.choice(LETTERS)
    if kind == "lost":
        return name[:at] + name[at + 1 :]
    if kind == "extra":
        return name[:at] + letter + name[at:]
    if kind == "exchanged" and name[at + 1 : at + 2].isalpha():
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + letter + name[at + 1 :]
