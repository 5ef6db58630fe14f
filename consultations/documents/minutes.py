"""The minutes of a consultation in words and tables: what was asked, by whom, counted how, decided.

Everything comes as plain values, the same in every language; their digest stands at the end, so
that two prints, in whichever language, can be told to be of the same facts.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consultations.money_words import money_words, rule_words
from consultations.opening_words import moment_words
from consultations.phases import PhaseKind
from satisfaction.documents.sheets import Rows, Section, Sheet
from zones.names import in_language

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the notice stood."""

    channel: str
    published_on: dt.date
    where: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LawFacts:
    """What the law asked for, and what was done."""

    law: Names
    announced_on: dt.date | None
    decides_on: dt.date | None
    overridden_why: Names
    proofs: Sequence[Proof]


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """A phase and its time."""

    kind: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class CorrectionFacts:
    """What a decision put right on a roll while its vote ran."""

    kind: str
    decision: str
    reason: str
    recorded_at: dt.datetime
    digest: str


@dataclass(frozen=True, slots=True)
class RollFacts:
    """The roll of a vote; marks and ballots by channel."""

    made_at: dt.datetime
    digest: str
    salt: str
    on_roll: int
    entitled: int
    marks: Mapping[str, int]
    ballots: Mapping[str, int]
    corrections: Sequence[CorrectionFacts] = ()


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project on the ballot: what the count says, what holds, and why if these differ."""

    code: str
    names: Names
    cost: str
    votes: int
    counted: bool
    wins: bool
    reasons: Names


@dataclass(frozen=True, slots=True)
class CountFacts:
    """One count."""

    rule: Mapping[str, Any]
    order: Sequence[str]
    digest: str
    engine: str
    counted_at: dt.datetime
    budget: str
    spent: str
    projects: Sequence[ProjectFacts]


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """One vote: its roll and its count, where there are such."""

    starts_at: dt.datetime
    roll: RollFacts | None
    count: CountFacts | None


@dataclass(frozen=True, slots=True)
class MinuteFacts:
    """Everything in the minutes."""

    town: Names
    timezone: str
    languages: Sequence[str]
    number: int
    title: Names
    about: Names
    department: Names
    council_decision: str
    is_binding: bool
    area: Names
    reference_on: dt.date | None
    law: LawFacts | None
    phases: Sequence[PhaseFacts]
    said: Mapping[str, int]
    votes: Sequence[VoteFacts]
    address: str

    @property
    def digest(self) -> str:
        """SHA-256 over the facts as JSON with sorted keys, UTF-8."""
        written = json.dumps(
            asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
        )
        return hashlib.sha256(written.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Seal:
    """The newest root that the town signed and published when the minutes were printed."""

    day: dt.date
    root: str
    key: str


@dataclass(frozen=True, slots=True)
class _Words:
    """Chooses words in the language of the sheet, then in the town's."""

    order: Sequence[str] = field(default=())

    def of(self, names: Names) -> str:
        return in_language(names, self.order) if names else ""


def minutes_sheet(facts: MinuteFacts, language: str, seal: Seal | None) -> Sheet:
    """The minutes in one language of the town, as the PDF shows them."""
    with translation.override(language):
        say = _Words([language, *facts.languages])
        town = say.of(facts.town)
        return Sheet(
            title=_("Minutes of consultation %(number)s: %(title)s")
            % {"number": facts.number, "title": say.of(facts.title)},
            lead=f"{town} · {say.of(facts.department)}",
            sections=[
                _about(facts, say),
                *_law(facts, say),
                _phases(facts),
                *_said(facts),
                *(part for vote in facts.votes for part in _vote(facts, vote, say)),
                _proof(facts, seal),
            ],
            footer=f"{town} · {facts.address}",
            language=language,
        )


def _about(facts: MinuteFacts, say: _Words) -> Section:
    lines = [say.of(facts.about)]
    area = say.of(facts.area) or _("the whole town")
    lines.append(_("Area concerned: %(area)s") % {"area": area})
    if facts.reference_on:
        day = date_format(facts.reference_on, "DATE_FORMAT")
        lines.append(_("Homes count as of: %(day)s") % {"day": day})
    if facts.is_binding:
        lines.append(_("The town is bound by the vote."))
    if facts.council_decision:
        basis = {"decision": facts.council_decision}
        lines.append(_("Decision of the council: %(decision)s") % basis)
    return Section(_("What it is about"), [line for line in lines if line])


def _law(facts: MinuteFacts, say: _Words) -> Iterator[Section]:
    if facts.law is None:
        return
    law = facts.law
    lines = [_("Legal basis: %(basis)s") % {"basis": say.of(law.law)}] if law.law else []
    for day, words in (
        (law.announced_on, _("Announced on")),
        (law.decides_on, _("Day of the decision")),
    ):
        if day:
            lines.append(f"{words}: {date_format(day, 'DATE_FORMAT')}")
    if law.overridden_why:
        why = {"why": say.of(law.overridden_why)}
        lines.append(_("The town went on against the term of the law: %(why)s") % why)
    columns = (_("Day"), _("Where the notice stood"), "SHA-256")
    rows = [
        (date_format(one.published_on, "SHORT_DATE_FORMAT"), one.where, one.sha256)
        for one in law.proofs
    ]
    yield Section(
        _("Law and notice"), lines, table=Rows(columns, rows, (1, 2.2, 4)) if rows else None
    )


def _phases(facts: MinuteFacts) -> Section:
    rows = [
        (
            str(PhaseKind(one.kind).label).capitalize(),
            moment_words(one.starts_at, facts.timezone),
            moment_words(one.ends_at, facts.timezone) if one.ends_at else "–",
        )
        for one in facts.phases
    ]
    return Section(_("Phases"), table=Rows((_("Phase"), _("Begins"), _("Ends")), rows, (2, 2, 2)))


def _said(facts: MinuteFacts) -> Iterator[Section]:
    words = {
        "contributions": _("Contributions that were released"),
        "answers": _("Of these with an answer of the town"),
        "surveys": _("Filled-in surveys (fewer than ten are not told)"),
    }
    rows = [(words[key], str(number)) for key, number in facts.said.items() if number]
    if rows:
        yield Section(_("What people said"), table=Rows((_("What"), _("How many")), rows, (4, 1)))


def _vote(facts: MinuteFacts, vote: VoteFacts, say: _Words) -> Iterator[Section]:
    if vote.roll is not None:
        yield _roll(facts, vote.roll)
    if vote.count is not None:
        yield _rule(facts, vote.count)
        yield _result(vote.count, say)


def _roll(facts: MinuteFacts, roll: RollFacts) -> Section:
    words = {"online": _("online"), "paper": _("on paper"), "desk": _("at the desk")}
    channels = [code for code in words if roll.marks.get(code) or roll.ballots.get(code)]
    rows = [
        (words[code].capitalize(), str(roll.marks.get(code, 0)), str(roll.ballots.get(code, 0)))
        for code in channels
    ]
    marks, ballots = sum(roll.marks.values()), sum(roll.ballots.values())
    rows.append((_("Together"), str(marks), str(ballots)))
    agrees = all(roll.marks.get(code, 0) == roll.ballots.get(code, 0) for code in channels)
    said = (
        _("On every channel there are as many ballots as people marked on the roll as voted.")
        if agrees
        else _("Ballots and marks on the roll DIFFER; see the table.")
    )
    lines = [
        _("The roll was made: %(when)s") % {"when": moment_words(roll.made_at, facts.timezone)},
        _("Residents on it: %(all)s; of these entitled to vote: %(entitled)s.")
        % {"all": roll.on_roll, "entitled": roll.entitled},
        _("Digest of the roll (SHA-256): %(digest)s") % {"digest": roll.digest},
        _("Salt of the digest: %(salt)s") % {"salt": roll.salt},
        said,
    ]
    columns = (_("Channel"), _("Marked as voted"), _("Ballots"))
    return Section(
        _("Roll and ballots"),
        lines,
        items=list(_corrections(facts, roll)),
        table=Rows(columns, rows, (3, 1, 1)),
    )


def _corrections(facts: MinuteFacts, roll: RollFacts) -> Iterator[str]:
    """One sentence for each, with the digest of the roll since."""
    sentences = {
        "added": _("%(when)s: added to the roll by decision %(decision)s."),
        "struck": _("%(when)s: struck from the roll by decision %(decision)s."),
        "unmarked": _("%(when)s: the desk took a mark for a ballot on paper back."),
    }
    for one in roll.corrections:
        words = {"when": moment_words(one.recorded_at, facts.timezone), "decision": one.decision}
        reason = _("Reason: %(reason)s") % {"reason": one.reason}
        yield f"{sentences[one.kind] % words} {reason} SHA-256: {one.digest}"


def _rule(facts: MinuteFacts, count: CountFacts) -> Section:
    counted = {
        "when": moment_words(count.counted_at, facts.timezone),
        "program": count.engine,
    }
    return Section(
        _("How it was counted"),
        [
            _("Counted on %(when)s by the program %(program)s.") % counted,
            _("Digest of the published file of ballots (SHA-256): %(digest)s")
            % {"digest": count.digest},
            _("Order drawn by lot, for ties: %(order)s") % {"order": ", ".join(count.order)},
        ],
        items=rule_words(count.rule),
    )


def _result(count: CountFacts, say: _Words) -> Section:
    currency = str(count.rule.get("currency", ""))
    columns = (_("Number"), _("Project"), _("Cost"), _("Votes"), _("Result"))
    rows = [
        (
            one.code,
            say.of(one.names),
            money_words(one.cost, currency) if currency else "–",
            str(one.votes),
            _("wins") if one.wins else _("does not win"),
        )
        for one in count.projects
    ]
    decided = [
        _("%(code)s: the town decides otherwise than the count. Reason: %(reason)s")
        % {"code": one.code, "reason": say.of(one.reasons)}
        for one in count.projects
        if one.wins != one.counted
    ]
    money = {
        "budget": money_words(count.budget, currency),
        "spent": money_words(count.spent, currency),
    }
    return Section(
        _("Result"),
        [_("Budget: %(budget)s. Spent by the count: %(spent)s.") % money] if currency else [],
        items=decided,
        table=Rows(columns, rows, (0.9, 4, 1.6, 0.9, 1.4)),
    )


def _proof(facts: MinuteFacts, seal: Seal | None) -> Section:
    lines = []
    if seal is not None:
        words = {"day": date_format(seal.day, "DATE_FORMAT"), "root": seal.root}
        lines.append(_("Newest signed root of the town's register, of %(day)s: %(root)s") % words)
        lines.append(_("Public key of the signature: %(key)s") % {"key": seal.key})
    lines.append(_("Digest of these facts (SHA-256): %(digest)s") % {"digest": facts.digest})
    return Section(_("Proof"), lines)
