"""What a dossier tells, section by section; each asks the function that already publishes it."""

import datetime as dt
from collections.abc import Iterator, Mapping

from django.db.models import Q
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from consultations.models import OfficialAnswer, Process
from consultations.present.answers import outcomes_by_process
from departments.models import Works
from incidents.present.area import reports_by_category
from notifications.models import Announcement
from portal.around import period_words
from portal.dossiers.area import Subject
from portal.templatetags.megdan import square_metres
from satisfaction.documents.sheets import Rows, Section
from satisfaction.models import GroupFigure
from satisfaction.present.figures import current_snapshot
from satisfaction.present.rated import rated_places
from satisfaction.selection import fact_of_group
from satisfaction.sentences import sentence
from sign_registry.models import Sign, Site
from zones.days import civil_day
from zones.describe import describe
from zones.models import Address, Dataset
from zones.names import in_language
from zones.reach import Reach, as_words, estimate

MOST_ROWS = 60
MOST_PLACES = 200


def sections_of(subject: Subject) -> Iterator[Section]:
    """All of them, in reading order; what is empty says so, what is switched off is left out."""
    modules = subject.municipality.modules
    yield about(subject)
    yield people(subject)
    if "ratings" in modules:
        yield ratings(subject)
    if "reports" in modules:
        yield reports(subject)
    if "consultations" in modules:
        yield consultations(subject)
    if "notices" in modules:
        yield works(subject)
        yield news(subject)
    yield sources(subject)


def about(subject: Subject) -> Section:
    """The area in words and numbers."""
    town = subject.municipality
    words = describe(subject.geometry, town, on=subject.today)
    inside = subject.addresses
    if inside is None:
        own = Address.objects.in_municipality(town)
        inside = own.filter(location__coveredby=subject.geometry).count()
    numbers = {"size": square_metres(subject.area_m2), "number": number_format(inside)}
    said = _("Size: %(size)s. Addresses in the register: %(number)s.") % numbers
    return Section(_("The area"), [one for one in (words, said) if one])


def people(subject: Subject) -> Section:
    """Homes and residents, from the published squares alone."""
    reach = estimate(subject.geometry, subject.municipality, subject.today)
    if subject.is_for_planners:
        words = [as_words(reach)]
    elif reach.too_few:
        words = [_("Too few to be told: numbers of people are shown from ten on.")]
    else:
        words = [_homes_and_residents(reach)]
    note = _("Numbers are rounded and come from squares of the town that are published as a whole.")
    return Section(_("Homes and residents"), [*words, note])


def _homes_and_residents(reach: Reach) -> str:
    numbers = {
        "homes": number_format(reach.homes, use_l10n=True, force_grouping=True),
        "residents": number_format(reach.residents or 0, use_l10n=True, force_grouping=True),
    }
    return _("About %(homes)s homes; about %(residents)s residents are registered.") % numbers


def ratings(subject: Subject) -> Section:
    """Rated places with their published figures, and the zone's own figure where there is one."""
    town = subject.municipality
    found = rated_places(
        town, subject.geometry, today=subject.today, language=subject.language, most=MOST_PLACES
    )
    words = _zone_figure(subject)
    if found:
        words.append(_("Period of the figures: %(period)s") % {"period": found[0].period})
        if found[0].is_synthetic:
            words.append(_("These votes are invented, for demonstration."))
    else:
        words.append(_("No place here has enough votes for a figure yet."))
    rows = [
        (one.name, one.category, one.score, f"{one.low}–{one.high}", one.votes)
        for one in sorted(found, key=lambda one: one.name)
    ]
    columns = (_("Place"), _("Kind"), _("Score"), _("Between"), _("Votes"))
    table = Rows(columns, rows, (3.4, 2, 0.8, 1.2, 0.8)) if rows else None
    return Section(_("How satisfied people are"), words, table=table)


def _zone_figure(subject: Subject) -> list[str]:
    snapshot = current_snapshot(subject.municipality, subject.today, is_staff=False)
    if snapshot is None or subject.zone is None:
        return []
    zones = GroupFigure.objects.of_snapshot(snapshot).of_kind(GroupFigure.Kind.ZONE)
    own = zones.filter(zone=subject.zone, category=None, score__isnull=False)
    figure = own.select_related("zone", "category", "snapshot").first()
    if figure is None or figure.state == GroupFigure.State.COLLECTING:
        return []
    order = subject.municipality.languages
    town = in_language(subject.municipality.names, order)
    return [sentence(fact_of_group(figure, town, order), subject.language)]


def reports(subject: Subject) -> Section:
    """Public reports by category; days to the answer only of ten and more."""
    found = reports_by_category(
        subject.municipality, subject.geometry, since=subject.since_moment, now=subject.now
    )
    rows = [
        (
            one.name,
            number_format(one.open),
            number_format(one.ended),
            _("too few") if one.figures.median is None else number_format(one.figures.median),
        )
        for one in found
    ]
    columns = (_("Category"), _("Open"), _("Answered"), _("Days to the answer (median)"))
    words = (
        _("Days are told of ten and more reports; open ones count as not answered yet.")
        if rows
        else _("No public report was made here in this time.")
    )
    return Section(_("Reports"), [words], table=Rows(columns, rows, (3, 1, 1, 2)) if rows else None)


def consultations(subject: Subject) -> Section:
    """Consultations about the area or the whole town, and what the town answered."""
    own = Process.objects.in_municipality(subject.municipality).published()
    lasted = Q(phases__ends_at__isnull=True) | Q(phases__ends_at__gt=subject.since_moment)
    chosen = own.touching(subject.geometry).filter(lasted).distinct()
    found = list(chosen.prefetch_related("phases")[:MOST_ROWS])
    outcomes = outcomes_by_process(one.pk for one in found)
    rows = []
    for process in found:
        phases = list(process.phases.all())
        ends = [one.ends_at for one in phases]
        last = None if None in ends else max(one for one in ends if one)
        starts = min(one.starts_at for one in phases)
        where = _("the whole town") if process.area_id is None else _("this area or a part")
        rows.append(
            (
                process.name,
                where,
                _days(subject, starts, last),
                _answered(outcomes.get(process.pk, {})),
            )
        )
    columns = (_("Consultation"), _("For"), _("When"), _("Result"))
    words = [] if rows else [_("No consultation concerned this area in this time.")]
    return Section(
        _("Consultations"), words, table=Rows(columns, rows, (3, 1.4, 2, 2)) if rows else None
    )


def _answered(outcomes: Mapping[str, int]) -> str:
    """How many public contributions the town answered, by outcome."""
    labels = dict(OfficialAnswer.Outcome.choices)
    told = [f"{labels[code]}: {number_format(many)}" for code, many in sorted(outcomes.items())]
    return "; ".join(told) or _("no answer published yet")


def works(subject: Subject) -> Section:
    """Public works on the area in the period and to come."""
    own = Works.objects.in_municipality(subject.municipality).public()
    met = own.touching(subject.geometry).not_over(subject.since)
    rows = [
        (
            one.name,
            str(one.get_kind_display()),
            one.owner.name,
            period_words(one.starts_on, _last_day(one)),
        )
        for one in met.select_related("owner").newest_first()[:MOST_ROWS]
    ]
    columns = (_("Works"), _("Kind"), _("Who"), _("When"))
    words = [] if rows else [_("No works are known here in this time.")]
    return Section(_("Works"), words, table=Rows(columns, rows, (3, 1.5, 2, 2)) if rows else None)


def news(subject: Subject) -> Section:
    """News drawn on the area or aimed at it."""
    own = Announcement.objects.in_municipality(subject.municipality).public(subject.now)
    met = own.meeting(subject.geometry).filter(published_at__gte=subject.since_moment)
    found = met.select_related("municipality").newest_first()[:MOST_ROWS]
    rows = [
        (
            one.title,
            str(one.get_topic_display()),
            _day(subject, one.published_at) if one.published_at else "",
        )
        for one in found
    ]
    columns = (_("News"), _("About"), _("Published"))
    words = [] if rows else [_("No news was about this area in this time.")]
    return Section(_("News"), words, table=Rows(columns, rows, (4, 2, 1.4)) if rows else None)


def sources(subject: Subject) -> Section:
    """Signs, and where everything comes from, under which licence and of which day."""
    town = subject.municipality
    living = Sign.objects.in_municipality(town).in_state(Sign.State.INSTALLED)
    public = Site.objects.in_municipality(town).public()
    hung = living.filter(
        site__in=public.filter(geometry__intersects=subject.geometry).values("pk")
    ).count()
    rows = [
        (
            one.source + (f" ({_('invented, for demonstration')})" if one.is_synthetic else ""),
            one.licence,
            date_format(one.dated_on, "DATE_FORMAT") if one.dated_on else "–",
        )
        for one in Dataset.objects.in_municipality(town).order_by("source", "pk")
    ]
    said = [_("Signs with a code that hang here: %(number)s.") % {"number": number_format(hung)}]
    if subject.dataset:
        border = {"source": subject.dataset.source, "licence": subject.dataset.licence}
        said.append(_("The border comes from: %(source)s, %(licence)s.") % border)
    columns = (_("Source"), _("Licence"), _("Data of"))
    return Section(_("Signs and sources"), said, table=Rows(columns, rows, (4, 2.4, 1.4)))


def _last_day(works: Works) -> dt.date | None:
    return works.ends_on - dt.timedelta(days=1) if works.ends_on else None


def _day(subject: Subject, moment: dt.datetime) -> str:
    return date_format(civil_day(moment, subject.municipality.timezone), "DATE_FORMAT")


def _days(subject: Subject, first: dt.datetime, last: dt.datetime | None) -> str:
    zone = subject.municipality.timezone
    # A period ends before its last moment: one that ends at midnight is over the day before.
    end = civil_day(last - dt.timedelta(microseconds=1), zone) if last else None
    return period_words(civil_day(first, zone), end)
