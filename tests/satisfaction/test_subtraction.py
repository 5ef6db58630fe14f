"""No combination of published counts singles out fewer than ten votes; a naive publisher fails."""

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from departments.models import Membership
from satisfaction.models import GroupFigure, SiteFigure, Snapshot, VoteBlock, VoteShare
from satisfaction.services.publishing import publish
from satisfaction.statistics.blocks import month_of, week_of
from tests.factories.accounts import MembershipFactory
from tests.satisfaction.attacker import LEAST, Atom, Attack, Cell
from tests.satisfaction.towns import FIRST_WEEK, SeededTown, seeded_town

pytestmark = pytest.mark.django_db
PLACES, WEEKS, KINDS = 24, 30, 3
# Published week by week for a while, then after a longer pause, then to the end.
MONDAYS = [
    *(FIRST_WEEK + dt.timedelta(days=7 * week) for week in (2, 3, 5, 6, 9)),
    dt.date(2026, 6, 1),
    dt.date(2026, 8, 3),
]
FIRST = week_of(FIRST_WEEK)


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SeededTown]:
    """Busy places, quiet ones, and a few with a vote now and then; published again and again.

    Made once; each test works in a savepoint of the transaction that holds it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        town = seeded_town(places=PLACES, weeks=WEEKS, kinds=KINDS, mean=1.2, seed=11)
        for monday in MONDAYS:
            now = dt.datetime.combine(monday, dt.time(2), dt.UTC)
            publish(now=now, municipality=town.row)
        yield town
        transaction.set_rollback(True)


def truth_of(town: SeededTown, score: int | None = None) -> dict[Atom, int]:
    """What each place was given in each week: all votes, or those of one score."""
    votes = town.votes.sum(axis=2) if score is None else town.votes[:, :, score - 1]
    after = range(len(votes), week_of(MONDAYS[-1]) - FIRST)
    return {
        **{
            (site.code, FIRST + week): int(votes[week, place])
            for place, site in enumerate(town.sites)
            for week in range(len(votes))
        },
        **{(site.code, FIRST + week): 0 for site in town.sites for week in after},
    }


def atoms_of_blocks(town: SeededTown) -> dict[int, frozenset[Atom]]:
    """The atoms of each block: of each place that shares it, the weeks since its block before."""
    found: dict[int, set[Atom]] = defaultdict(set)
    since = dict.fromkeys((site.code for site in town.sites), FIRST)
    shares = VoteShare.objects.order_by("block__until").values_list(
        "block", "site__code", "block__until"
    )
    for block, code, until in shares:
        found[block] |= {(code, week) for week in range(since[code], week_of(until))}
        since[code] = week_of(until)
    return {block: frozenset(atoms) for block, atoms in found.items()}


# --- What is published ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A figure of a snapshot, and the atoms it must be about."""

    name: str
    figure: SiteFigure | GroupFigure
    atoms: frozenset[Atom]


@pytest.fixture(scope="module")
def figures(town: SeededTown, django_db_blocker: DjangoDbBlocker) -> list[Told]:
    """Every figure of every snapshot."""
    with django_db_blocker.unblock():
        atoms = atoms_of_blocks(town)
        blocks = list(VoteBlock.objects.in_municipality(town.row))
        zones = {site.code: site.site_zones.get().zone_id for site in town.sites}
        found = []
        for snapshot in Snapshot.objects.in_municipality(town.row):
            within = [
                block for block in blocks if snapshot.first_day <= block.month < snapshot.until
            ]
            for figure in (
                *SiteFigure.objects.of_snapshot(snapshot),
                *GroupFigure.objects.of_snapshot(snapshot),
            ):
                of = [
                    atoms[block.pk]
                    for block in within
                    if is_about(figure, block, {zones[code] for code, _ in atoms[block.pk]})
                ]
                name = f"{snapshot.code} {figure}"
                found.append(Told(name, figure, frozenset().union(*of)))
        return found


def is_about(figure: SiteFigure | GroupFigure, block: VoteBlock, zones: set[int]) -> bool:
    """Whether a figure counts a block whose places lie in some zones, by what it is said to be."""
    if isinstance(figure, SiteFigure):
        return block.site_id == figure.site_id
    if figure.kind == "town":
        return True
    if figure.kind == "zone":
        return block.category_id is not None and zones == {figure.zone_id}
    is_of_kind = block.category_id == figure.category_id
    return is_of_kind and (figure.kind == "category" or block.site_id is None)


def cells_of(figures: list[Told], score: int | None = None) -> list[Cell]:
    """The votes of each figure, or those of one score."""
    return [
        Cell(one.name, one.atoms, one.figure.histogram[score - 1] if score else one.figure.votes)
        for one in figures
    ]


def naive_cells(town: SeededTown) -> list[Cell]:
    """Months of places from ten votes on, with totals by kind and zone: what is usually done."""
    truth = truth_of(town)
    kinds = {site.code: f"kind {number % KINDS}" for number, site in enumerate(town.sites)}
    zones = {site.code: f"zone {site.site_zones.get().zone_id}" for site in town.sites}
    cells = []
    for month in sorted({month_of(week) for _, week in truth}):
        groups: dict[str, set[Atom]] = defaultdict(set)
        for code, week in truth:
            if month_of(week) == month:
                cross = f"{kinds[code]} in {zones[code]}"
                for name in (code, kinds[code], zones[code], cross, "town"):
                    groups[name].add((code, week))
        for name, atoms in groups.items():
            votes = sum(truth[atom] for atom in atoms)
            if votes >= LEAST:
                cells.append(Cell(f"{month:%Y-%m} {name}", frozenset(atoms), votes))
    return cells


# --- Attacks -------------------------------------------------------------------------------------


def test_no_combination_of_published_counts_singles_out_few_votes(
    town: SeededTown, figures: list[Told]
) -> None:
    attack = Attack(cells_of(figures), truth_of(town))
    assert len(attack.cells) > 200
    assert attack.inconsistent() == []
    assert attack.smallest_class() >= LEAST
    assert attack.isolated() == []
    assert attack.differences() == []


def test_nor_do_the_counts_of_each_score(town: SeededTown, figures: list[Told]) -> None:
    for score in (1, 6, 10):
        attack = Attack(cells_of(figures, score), truth_of(town, score))
        assert attack.inconsistent() == []
        # A score may be rare; the votes it is told about are those of whole blocks.
        votes = truth_of(town)
        assert min(sum(votes[atom] for atom in atoms) for atoms in attack.classes) >= LEAST


def test_places_without_a_figure_may_have_any_number_of_votes(
    town: SeededTown, figures: list[Told]
) -> None:
    attack = Attack(cells_of(figures), truth_of(town))
    alone = set(SiteFigure.objects.values_list("site__code", flat=True))
    hidden = [site.code for site in town.sites if site.code not in alone]
    assert hidden
    pooled = {code for atoms in attack.classes for code, _ in atoms}
    assert pooled & set(hidden)
    for code in hidden:
        low, high = attack.bounds(code)
        # Of a place in no block nothing at all is known.
        assert low == 0
        assert high >= LEAST or code not in pooled


def test_a_publisher_who_only_leaves_out_small_cells_is_broken(town: SeededTown) -> None:
    attack = Attack(naive_cells(town), truth_of(town))
    assert attack.inconsistent() == []
    assert attack.smallest_class() < LEAST
    assert attack.isolated()
    assert attack.differences()


def test_a_block_that_is_published_in_two_parts_is_noticed(
    town: SeededTown, figures: list[Told]
) -> None:
    cells = cells_of(figures)
    truth = truth_of(town)
    atoms = sorted(next(cell.atoms for cell in cells if len(cell.atoms) > 1))
    votes, few = 0, []
    for atom in atoms:
        if 0 < votes + truth[atom] < LEAST:
            few.append(atom)
            votes += truth[atom]
    leak = Cell("four votes of the first week", frozenset(few), votes)
    attack = Attack([*cells, leak], truth)
    assert attack.smallest_class() < LEAST
    assert attack.isolated()


def test_blocks_hold_exactly_the_votes_of_their_atoms(town: SeededTown) -> None:
    truth = truth_of(town)
    for block, atoms in atoms_of_blocks(town).items():
        assert sum(truth[atom] for atom in atoms) == VoteBlock.objects.get(pk=block).votes >= LEAST


# --- Everything that leaves the house ------------------------------------------------------------


@pytest.fixture
def press(town: SeededTown, client: Client) -> Client:
    """Somebody of the town who may see and publish everything there is."""
    member = MembershipFactory.create(municipality=town.row, role=Membership.Role.ADMINISTRATOR)
    client.force_login(member.user)
    return client


def body(client: Client, address: str) -> str:
    """What an address answers; nothing where there is nothing of that kind."""
    answer = client.get(address)
    assert answer.status_code in {200, 404}, address
    if answer.status_code == 404:
        return ""
    return answer.getvalue().decode("utf-8-sig")


def counts_in(value: object) -> Iterator[int]:
    """Every number of votes and every histogram total in parsed JSON."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in {"votes", "n"} and isinstance(part, int):
                yield part
            elif name == "histogram" and isinstance(part, list):
                yield sum(part)
            else:
                yield from counts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from counts_in(part)


def counts_of_table(text: str) -> Iterator[int]:
    """The column of votes of a CSV table without quoted line ends."""
    lines = [line.split(",") for line in text.splitlines() if line]
    heads = [line for line in lines if "votes" in line]
    for head in heads[:1]:
        column = head.index("votes")
        for line in lines[lines.index(head) + 1 :]:
            # Names are quoted where they hold a comma; ours do not.
            if line[column].isdecimal():
                yield int(line[column])


def published_addresses(town: SeededTown) -> Iterator[tuple[str, str]]:
    """Kind of answer and address: every choice of figures in every form."""
    slug = town.row.slug
    for snapshot in Snapshot.objects.in_municipality(town.row):
        choice = f"span={snapshot.span}&from={snapshot.first_day:%Y-%m}"
        narrowed = ["", f"&category={town.categories[0].code}", f"&zone={town.zones[1].pk}"]
        for query in (f"?{choice}{more}" for more in narrowed):
            yield "json", reverse("satisfaction:press_map", args=[slug]) + query
            yield "csv", reverse("satisfaction:press_table_csv", args=[slug]) + query
            yield "json", reverse("satisfaction:press_table_geojson", args=[slug]) + query
            yield "page", reverse("satisfaction:press", args=[slug]) + query
            yield "page", reverse("satisfaction:press_text", args=[slug]) + query
        for form, parsed in (("csv", "csv"), ("geojson", "json")):
            yield parsed, reverse("satisfaction:open_file", args=[slug, snapshot.code, form])
    for site in town.sites:
        yield "page", reverse("satisfaction:place", args=[slug, site.pk])
        yield "page", reverse("satisfaction:press_site", args=[slug, site.pk])


def counts(kind: str, text: str) -> list[int]:
    """Numbers of votes told by an answer."""
    if not text:
        return []
    if kind == "json":
        return list(counts_in(json.loads(text)))
    if kind == "csv":
        return list(counts_of_table(text))
    plain = re.sub(r"<[^>]+>", " ", text)
    found = re.findall(r"(\d[\d\u00a0\u202f.,]*)\s+(?:de\s+)?(?:votes?|voturi|vot)\b", plain)
    return [int(re.sub(r"\D", "", number)) for number in found]


@pytest.mark.slow
def test_every_address_tells_only_numbers_of_whole_blocks(
    town: SeededTown, figures: list[Told], press: Client
) -> None:
    published = {0, *(one.figure.votes for one in figures)}
    set_aside = set(Snapshot.objects.values_list("set_aside", flat=True))
    told: dict[str, int] = defaultdict(int)
    for kind, address in published_addresses(town):
        found = counts(kind, body(press, address))
        told[kind] += len(found)
        assert set(found) <= published | set_aside, (address, set(found) - published)
        assert all(number == 0 or number >= LEAST for number in set(found) - set_aside), address
    assert all(told[kind] > 100 for kind in ("json", "csv", "page"))
