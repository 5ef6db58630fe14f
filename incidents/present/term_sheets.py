"""The month's sheet of terms kept and missed, and the half-year's report on petitions.

Both count only the reports a reader may see; the same sheet is the page, the table and the PDF.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from departments.models import Department
from incidents.models import Clock, Incident, IncidentEvent
from incidents.regimes import regimes, regimes_of
from incidents.term_words import TERMS, term_name
from incidents.workflow import Kind, Status
from satisfaction.documents.sheets import Rows, Section, Sheet
from zones.models import Municipality
from zones.names import in_language

_State = Clock.State
Figures = dict[str, int]
KEPT, MISSED, OVER, OPEN, ENDED = "kept", "missed", "over", "open", "ended"


@dataclass(frozen=True, slots=True)
class Period:
    """[first, until) with its name in addresses."""

    code: str
    first: dt.date
    until: dt.date

    @property
    def last(self) -> dt.date:
        """The last day."""
        return self.until - dt.timedelta(days=1)


@dataclass(slots=True)
class Counted:
    """Figures by term and by department (None: not yet with one)."""

    by_term: dict[str, dict[int | None, Figures]] = field(default_factory=dict)

    def add(self, term: str, department: int | None, name: str, number: int) -> None:
        """Count some more."""
        figures = self.by_term.setdefault(term, {}).setdefault(department, {})
        figures[name] = figures.get(name, 0) + number


def month_of(text: str, today: dt.date) -> Period | None:
    """The month of an address such as 2026-05; the one before this where none is named."""
    if not text:
        first = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    else:
        try:
            first = dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month
        except ValueError:
            return None
    until = (first + dt.timedelta(days=31)).replace(day=1)
    return Period(f"{first:%Y-%m}", first, until)


def half_of(text: str, today: dt.date) -> Period | None:
    """The half-year of an address such as 2026-1; the last whole one where none is named."""
    if not text:
        year, number = (today.year, 1) if today.month > 6 else (today.year - 1, 2)
    else:
        parts = text.split("-")
        if len(parts) != 2 or parts[1] not in ("1", "2") or not _is_year(parts[0]):
            return None
        year, number = int(parts[0]), int(parts[1])
    first = dt.date(year, 1 if number == 1 else 7, 1)
    until = dt.date(year, 7, 1) if number == 1 else dt.date(year + 1, 1, 1)
    return Period(f"{year}-{number}", first, until)


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) == len("2026") and text >= "2000"


# --- The month ----------------------------------------------------------------------------------


def count_month(cases: QuerySet[Incident], period: Period, today: dt.date) -> Counted:
    """Terms whose last day lies in a month, by what became of them. One query."""
    found = Counted()
    rows = (
        Clock.objects.filter(
            incident__in=cases.order_by(), due_on__gte=period.first, due_on__lt=period.until
        )
        .values("code", "incident__department", "state")
        .annotate(number=Count("pk"), over=Count("pk", filter=Q(due_on__lt=today)))
        .order_by("code")
    )
    named: Mapping[str, str] = {
        _State.MET: KEPT,
        _State.LATE: MISSED,
        _State.ENDED: ENDED,
        _State.PAUSED: OPEN,
    }
    for row in rows:
        term, department = row["code"], row["incident__department"]
        if row["state"] != _State.RUNNING:
            found.add(term, department, named[row["state"]], row["number"])
            continue
        found.add(term, department, OVER, row["over"])
        found.add(term, department, OPEN, row["number"] - row["over"])
    return found


def month_sheet(town: Municipality, counted: Counted, period: Period, language: str) -> Sheet:
    """The month in tables, one for each term."""
    with translation.override(language):
        names = office_names(town)
        sections = [
            Section(
                _sentence_case(term_name(term)), table=_month_rows(counted.by_term[term], names)
            )
            for term in TERMS
            if term in counted.by_term
        ]
        return Sheet(
            title=_("Terms of %(month)s") % {"month": _month_name(period.first, language)},
            lead=_("Terms whose last day lies in this month, and what became of them."),
            sections=sections,
            footer=in_language(town.names, town.languages),
            language=language,
            is_wide=True,
        )


MONTH_COLUMNS = (KEPT, MISSED, OVER, OPEN, ENDED)


def _month_rows(figures: Mapping[int | None, Figures], names: Mapping[int | None, str]) -> Rows:
    columns = [
        _("Department"), _("Terms"), _("Kept"), _("Done too late"), _("Late and not done"),
        _("Still open"), _("Ended otherwise"), _("In time"),
    ]  # fmt: skip
    lines = [
        [
            _sentence_case(names[pk]),
            str(sum(own.values())),
            *_numbers(own, MONTH_COLUMNS),
            share(own),
        ]
        for pk, own in _ordered(figures, names)
    ]
    whole = _summed(figures.values())
    lines.append(
        [_("All"), str(sum(whole.values())), *_numbers(whole, MONTH_COLUMNS), share(whole)]
    )
    return Rows(columns, lines, (2.4, 1, 1, 1, 1, 1, 1.2, 1))


def share(figures: Figures) -> str:
    """How many of those decided were in time; nothing where none was."""
    decided = sum(figures.get(name, 0) for name in (KEPT, MISSED, OVER))
    if not decided:
        return "–"
    kept = figures.get(KEPT, 0)
    # Rounding never says that all were in time where one was not.
    percent = 100 if kept == decided else min(round(100 * kept / decided), 99)
    return f"{percent} %"


# --- Petitions of a half-year -------------------------------------------------------------------

PETITION_COLUMNS = (
    "registered", KEPT, MISSED, OVER, OPEN, ENDED, "extended", "forwarded", "refused",
)  # fmt: skip


def count_petitions(
    cases: QuerySet[Incident], period: Period, today: dt.date
) -> dict[int | None, Figures]:
    """Registered petitions of a half-year by department. One query.

    A petition is a report in a category with a legal regime, by somebody with a name, that stands
    in the register.
    """
    legal = [code for code, one in regimes().items() if one.law]
    answers = Clock.objects.filter(incident=OuterRef("pk"), code="answer")
    events = IncidentEvent.objects.filter(incident=OuterRef("pk"))
    rows = (
        cases.order_by()
        .filter(
            registered_on__gte=period.first,
            registered_on__lt=period.until,
            category__regime__in=legal,
        )
        .annotate(
            is_petition=Exists(answers),
            is_missed=Exists(answers.filter(state=_State.LATE)),
            is_kept=Exists(answers.filter(state=_State.MET)),
            is_over=Exists(answers.filter(state=_State.RUNNING, due_on__lt=today)),
            is_open=Exists(answers.filter(state__in=(_State.RUNNING, _State.PAUSED))),
            is_extended=Exists(events.filter(kind=Kind.EXTENDED)),
            is_forwarded=Exists(events.filter(kind=Kind.FORWARDED)),
        )
        .filter(is_petition=True)
        .values("department")
        .annotate(**_PETITION_COUNTS)
    )
    found: dict[int | None, Figures] = {}
    names = [f"n_{name}" for name in PETITION_COLUMNS]
    for department, *numbers in rows.values_list("department", *names):
        found[department] = dict(zip(PETITION_COLUMNS, numbers, strict=True))
    return found


_PETITION_COUNTS = {
    "n_registered": Count("pk"),
    "n_kept": Count("pk", filter=Q(is_kept=True, is_missed=False)),
    "n_missed": Count("pk", filter=Q(is_missed=True)),
    "n_over": Count("pk", filter=Q(is_over=True, is_missed=False, is_kept=False)),
    "n_open": Count("pk", filter=Q(is_open=True, is_over=False, is_missed=False, is_kept=False)),
    "n_ended": Count("pk", filter=Q(is_open=False, is_missed=False, is_kept=False)),
    "n_extended": Count("pk", filter=Q(is_extended=True)),
    "n_forwarded": Count("pk", filter=Q(is_forwarded=True)),
    "n_refused": Count("pk", filter=Q(status=Status.REFUSED)),
}


def petition_sheet(
    town: Municipality, counted: Mapping[int | None, Figures], period: Period, language: str
) -> Sheet:
    """The half-year in one table, with the law it follows."""
    with translation.override(language):
        names = office_names(town)
        laws = sorted({in_language(one.law) for one in regimes_of(town.country)})
        words = {
            "first": date_format(period.first, "DATE_FORMAT"),
            "last": date_format(period.last, "DATE_FORMAT"),
            "laws": ", ".join(laws),
        }
        return Sheet(
            title=_("Petitions registered from %(first)s to %(last)s") % words,
            lead=_("Reports by people with a name that follow the law: %(laws)s.") % words,
            sections=[Section(_("By department"), table=_petition_rows(counted, names))]
            if counted
            else [],
            footer=in_language(town.names, town.languages),
            language=language,
            is_wide=True,
        )


def _petition_rows(figures: Mapping[int | None, Figures], names: Mapping[int | None, str]) -> Rows:
    columns = [
        _("Department"), _("Registered"), _("Answered in time"), _("Answered late"),
        _("Late and not done"), _("Still open"), _("Ended without answer"), _("Extended"),
        _("Sent on"), _("Refused"),
    ]  # fmt: skip
    lines = [
        [_sentence_case(names[pk]), *_numbers(own, PETITION_COLUMNS)]
        for pk, own in _ordered(figures, names)
    ]
    lines.append([_("All"), *_numbers(_summed(figures.values()), PETITION_COLUMNS)])
    return Rows(columns, lines, (2, *(1 for _column in PETITION_COLUMNS)))


# --- Shared -------------------------------------------------------------------------------------


def office_names(town: Municipality) -> dict[int | None, str]:
    """Names of departments in the active language; None is what no department has. One query."""
    offices = Department.objects.in_municipality(town)
    return {None: _("no department yet"), **{one.pk: one.name for one in offices}}


def _ordered(
    figures: Mapping[int | None, Figures], names: Mapping[int | None, str]
) -> list[tuple[int | None, Figures]]:
    return sorted(figures.items(), key=lambda pair: (pair[0] is None, names.get(pair[0], "")))


def _summed(several: Iterable[Figures]) -> Figures:
    whole: Figures = {}
    for own in several:
        for name, number in own.items():
            whole[name] = whole.get(name, 0) + number
    return whole


def _numbers(figures: Figures, names: Sequence[str]) -> list[str]:
    return [str(figures.get(name, 0)) for name in names]


def _month_name(day: dt.date, language: str) -> str:
    """As it stands inside a sentence: only English writes months with a capital letter."""
    name = date_format(day, "YEAR_MONTH_FORMAT")
    return name if language == "en" else name.lower()


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
