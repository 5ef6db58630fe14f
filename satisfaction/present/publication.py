"""What leaves the house about one choice of figures: whose, in which language, and its words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satisfaction.charts import Caption
from satisfaction.facts import Fact, Period
from satisfaction.models import Figure, GroupFigure, SiteFigure
from satisfaction.selection import Selection, fact_of_group, fact_of_site
from satisfaction.sentences import (
    alt_text,
    citation,
    count_text,
    interval_text,
    invented,
    period_label,
    score_text,
    short,
)
from zones.names import in_language


@dataclass(frozen=True)
class Publication:
    """A choice of figures, or one place of it, as it is given away."""

    selection: Selection
    site: SiteFigure | None  # the one place it is about; else the whole choice
    language: str
    order: Sequence[str]
    address: str  # of the page the figures stand on
    today: dt.date

    @cached_property
    def town(self) -> str:
        """The town's name."""
        return in_language(self.selection.municipality.names, self.order)

    @property
    def period(self) -> Period:
        """Of when the figures are."""
        return self.selection.period

    @property
    def code(self) -> str:
        """The lasting name of the figures."""
        return self.selection.snapshot.code

    @property
    def digest(self) -> str:
        """Their fingerprint."""
        return self.selection.snapshot.digest

    @property
    def is_synthetic(self) -> bool:
        """Whether they were made up."""
        return self.selection.snapshot.is_synthetic

    @cached_property
    def groups(self) -> list[GroupFigure]:
        """Figures of the town, its kinds of place and its areas."""
        return list(self.selection.group_figures())

    @cached_property
    def group(self) -> GroupFigure | None:
        """The figure of the whole choice; a kind within one area has none of its own."""
        chosen = self.selection
        if chosen.category and chosen.zone:
            return None
        wanted: tuple[str, int | None, int | None] = (GroupFigure.Kind.TOWN, None, None)
        if chosen.category:
            wanted = (GroupFigure.Kind.CATEGORY, None, chosen.category.pk)
        elif chosen.zone:
            wanted = (GroupFigure.Kind.ZONE, chosen.zone.pk, None)
        found = {(one.kind, one.zone_id, one.category_id): one for one in self.groups}
        return found.get(wanted)

    @cached_property
    def figure(self) -> Figure | None:
        """The one figure it is about."""
        return self.site or self.group

    @cached_property
    def fact(self) -> Fact | None:
        """What can be said of it."""
        if self.site:
            return fact_of_site(self.site, self.town, list(self.order))
        return fact_of_group(self.group, self.town, list(self.order)) if self.group else None

    @property
    def is_shown(self) -> bool:
        """Whether there are votes enough for the figure it is about."""
        return self.figure is not None and self.figure.score is not None

    @property
    def citation(self) -> str:
        """How it is cited."""
        return citation(self, self.address, self.language)

    @property
    def embargo(self) -> str:
        """That it is not to be published yet, and until when."""
        public = self.selection.snapshot.public_from
        if public <= self.today:
            return ""
        return _("Not to be published before %(day)s.") % {
            "day": date_format(public, "DATE_FORMAT")
        }

    @property
    def title(self) -> str:
        """The figure in short; of a choice without one, its names."""
        if self.fact:
            return short(self.fact, self.language)
        chosen = [one for one in (self.selection.category, self.selection.zone) if one]
        return " · ".join(in_language(one.names, self.order) for one in chosen) or self.town

    def caption(self, label: str, votes: int, note: str, seen: str = "") -> Caption:
        """The words around a picture; `seen` is what a reader of it sees beyond its title."""
        period = period_label(self.period, self.language)
        method = _("method %(method)s") % {"method": self.selection.snapshot.method}
        said = alt_text(self.fact, self.language) if self.fact else self.title
        return Caption(
            title=self.title,
            lead=" · ".join((label, period, votes_text(votes, self.language), method)),
            source=self.citation_alone,
            alt=" ".join(part for part in (f"{label}, {period.rstrip('.')}.", said, seen) if part),
            note=" ".join(part for part in (self.embargo, note) if part),
            invented=invented(self.language) if self.is_synthetic else "",
        )

    @property
    def citation_alone(self) -> str:
        """The citation without the word that it is invented, which pictures say by themselves."""
        said = invented(self.language) if self.is_synthetic else ""
        return self.citation.removesuffix(said).strip()

    def filename(self, *parts: str) -> str:
        """A name of a file that stays the same for the same choice, in plain letters."""
        chosen = self.selection
        names = [chosen.municipality.slug, self.code, *parts]
        if self.site:
            names.append(f"place-{self.site.site_id}")
        if chosen.category:
            names.append(chosen.category.code)
        if chosen.zone:
            names.append(f"area-{chosen.zone.pk}")
        return slugify("-".join(names))


def votes_text(votes: int, language: str) -> str:
    """A number of votes with its noun."""
    said = ngettext("%(votes)s vote", "%(votes)s votes", votes)
    return said % {"votes": count_text(votes, language)}


def figure_text(figure: Figure, language: str) -> str:
    """Score and interval as a row of a picture prints them."""
    if figure.score is None or figure.low is None or figure.high is None:
        return ""
    low, high = interval_text(figure.low, figure.high, language)
    return f"{score_text(figure.score, language)} ({low}–{high})"
