"""Figures of a survey as its page and files show them: bars, groups of people, places by zone."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from consultations.models import Question, Standing
from consultations.services.responding import HIGHEST, LOWEST
from consultations.services.survey_results import QuestionResult, SurveyResult
from consultations.suppression import NOWHERE
from consultations.survey_figures import Apart, Between, Tally, mean, share
from residents.models import Residence
from zones.names import in_language

Kind = Question.Kind
COLUMNS = ("question", "kind", "of", "group", "answer", "count", "people", "value", "low", "high")


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer among all; positions on a scale of 0 to 100."""

    name: str
    count: int
    percent: str
    between: str
    width: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of people: a share for each answer, or a mean, each under its column."""

    name: str
    people: int
    cells: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class GroupTable:
    """One way to part the people."""

    title: str
    columns: Sequence[str]
    rows: Sequence[GroupRow]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question on the page."""

    number: int
    result: QuestionResult
    name: str
    bars: Sequence[Bar]
    mean: str
    tables: Sequence[GroupTable]
    places: Sequence[tuple[str, int]]

    @property
    def code(self) -> str:
        """Names it in addresses."""
        return self.result.question.code

    @property
    def is_shown(self) -> bool:
        """Whether there is any figure of it."""
        return self.result.whole is not None


def pages_of(result: SurveyResult) -> list[QuestionPage]:
    """Each question with its figures in words."""
    return [_page(number, one, result) for number, one in enumerate(result.questions, 1)]


def people_rows(result: SurveyResult) -> list[GroupRow]:
    """As whom people answered."""
    return [GroupRow(_standing(one.keys), one.tally.people) for one in result.standings]


def plain_rows(result: SurveyResult) -> Iterator[tuple[object, ...]]:
    """Every figure that is shown, one to a line, as files have it; released words as well."""
    for one in result.questions:
        start = (in_language(one.question.names), one.question.kind)
        if one.whole:
            yield from _plain(start, one, ("all", ""), one.whole)
        for kind, groups, name in _ways(one, result):
            for group in groups:
                yield from _plain(start, one, (kind, name(group)), group.tally)
        total = sum(one.places.values())
        for zone, count in one.places.items():
            yield (*start, "place", _zone(zone, result), "", count, total, "", "", "")
        for text in one.texts:
            yield (*start, "text", "", text, "", "", "", "", "")


def options_of(question: Question) -> dict[str, str]:
    """Answers to choose from by code, in the language of the reader."""
    if question.kind == Kind.SCALE:
        return {str(one): str(one) for one in range(LOWEST, HIGHEST + 1)}
    return {str(one["code"]): in_language(one["names"]) for one in question.options}


def _plain(
    start: tuple[str, str], one: QuestionResult, group: tuple[str, str], tally: Tally
) -> Iterator[tuple[object, ...]]:
    if one.question.kind == Kind.SCALE and (found := _mean(tally)):
        ends = (f"{value:.3f}" for value in (found.value, found.low, found.high))
        yield (*start, *group, "mean", "", tally.people, *ends)
    if one.question.kind == Kind.SCALE and group[0] != "all":
        return
    for code, name in options_of(one.question).items():
        count = tally.given.get(code, 0)
        part = share(count, tally.people)
        ends = (f"{value:.4f}" for value in (part.value, part.low, part.high))
        yield (*start, *group, name, count, tally.people, *ends)


def _page(number: int, one: QuestionResult, result: SurveyResult) -> QuestionPage:
    options = options_of(one.question)
    whole = one.whole or Tally()
    has_bars = one.whole is not None
    columns = [_("Mean")] if one.question.kind == Kind.SCALE else list(options.values())
    titles = {
        "standing": _("By who answered"),
        "zone": _("By neighbourhood, of those in the area"),
        "assurance": _("By how sure the address is, of those in the area"),
    }
    tables = [
        GroupTable(
            titles[kind],
            columns,
            [
                GroupRow(
                    name(group), group.tally.people, _cells(one.question, columns, group.tally)
                )
                for group in groups
            ],
        )
        for kind, groups, name in _ways(one, result)
        if groups and options
    ]
    return QuestionPage(
        number=number,
        result=one,
        name=in_language(one.question.names),
        bars=[_bar(name, whole.given.get(code, 0), whole) for code, name in options.items()]
        if has_bars
        else [],
        mean=_mean_words(whole) if has_bars and one.question.kind == Kind.SCALE else "",
        tables=tables,
        places=[(_zone(zone, result), count) for zone, count in _largest_first(one.places)],
    )


def _ways(
    one: QuestionResult, result: SurveyResult
) -> tuple[tuple[str, Sequence[Apart], Callable[[Apart], str]], ...]:
    return (
        ("standing", one.standings, lambda group: _standing(group.keys)),
        ("zone", one.zones, lambda group: _zones(group, result)),
        ("assurance", one.assurances, lambda group: _levels(group.keys)),
    )


def _bar(name: str, count: int, whole: Tally) -> Bar:
    part = share(count, whole.people)
    return Bar(
        name=name,
        count=count,
        percent=_percent(part.value),
        between=_("between %(low)s and %(high)s")
        % {"low": _percent(part.low), "high": _percent(part.high)},
        width=round(part.value * 100, 2),
        low=round(part.low * 100, 2),
        high=round(part.high * 100, 2),
    )


def _cells(question: Question, columns: Sequence[str], tally: Tally) -> list[tuple[str, str]]:
    if question.kind == Kind.SCALE:
        said = [_mean_words(tally)]
    else:
        said = [_percent(tally.given.get(code, 0) / tally.people) for code in options_of(question)]
    return list(zip(columns, said, strict=True))


def _mean(tally: Tally) -> Between | None:
    return mean({int(score): count for score, count in tally.given.items()})


def _mean_words(tally: Tally) -> str:
    found = _mean(tally)
    if found is None:
        return ""
    return _("%(mean)s, between %(low)s and %(high)s") % {
        "mean": number_format(round(found.value, 1), 1),
        "low": number_format(round(found.low, 1), 1),
        "high": number_format(round(found.high, 1), 1),
    }


def _percent(value: float) -> str:
    return _("%(share)s %%") % {"share": number_format(round(value * 100), 0)}


def _standing(keys: Iterable[str]) -> str:
    return ", ".join(str(Standing(key).label) for key in keys)


def _levels(keys: Iterable[str]) -> str:
    return ", ".join(str(Residence.Assurance(int(key)).label) for key in keys if int(key))


def _zones(group: Apart, result: SurveyResult) -> str:
    return ", ".join(_zone(int(key), result) for key in group.keys)


def _zone(number: int, result: SurveyResult) -> str:
    zone = result.zones.get(number)
    return in_language(zone.names) if number != NOWHERE and zone else str(_("elsewhere"))


def _largest_first(places: Mapping[int, int]) -> list[tuple[int, int]]:
    return sorted(places.items(), key=lambda item: (item[0] == NOWHERE, -item[1], item[0]))
