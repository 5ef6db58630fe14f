"""The notice of a place for its own wall, as PDF; it says what everybody may see, nothing more."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satisfaction.documents.notice import Notice, notice_pdf
from satisfaction.facts import Fact
from satisfaction.models import Snapshot
from satisfaction.present.figures import current_snapshot
from satisfaction.present.mine import OwnFigures, town_name
from satisfaction.present.places import change_row, reasons_said
from satisfaction.selection import snapshots_for
from satisfaction.sentences import citation, invented
from satisfaction.services.effects import changes_at
from satisfaction.views.mine_place import OwnPlaceView
from sign_registry.paths import site_path
from sign_registry.site_present import site_row

MOST_REASONS, MOST_CHANGES = 2, 3


class NoticeView(OwnPlaceView):
    """One page for a year, or for the newest public figures where none is asked for."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """The PDF."""
        snapshot = self._asked()
        row = OwnFigures(snapshot, [self.site], self.language, self.today).row(self.site)
        body = notice_pdf(self._notice(snapshot, row))
        response = HttpResponse(body, content_type="application/pdf")
        name = f"{slug}-{self.site.code}-{snapshot.code if snapshot else 'notice'}.pdf"
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return response

    def _asked(self) -> Snapshot | None:
        """The public figures of the year in the address."""
        year = self.request.GET.get("year", "")
        if not year:
            return current_snapshot(self.municipality, self.today, is_staff=False)
        public = snapshots_for(self.municipality, self.today, is_staff=False)
        if not year.isdecimal() or not dt.MINYEAR <= int(year[:5]) < dt.MAXYEAR:
            raise Http404
        found = public.of_span(Snapshot.Span.YEAR).filter(first_day=dt.date(int(year[:5]), 1, 1))
        if snapshot := found.first():
            return snapshot
        raise Http404

    def _notice(self, snapshot: Snapshot | None, row: dict[str, Any]) -> Notice:
        figure, place = row["figure"], site_row(self.site)
        known_until = snapshot.until if snapshot else dt.date.min
        changes = changes_at(self.site, today=self.today, known_until=known_until)
        fact = (figure or row["small"] or {}).get("fact")
        return Notice(
            town=town_name(self.municipality),
            place=place["name"],
            question=place["category"].question if place["category"] else "",
            score=figure["score"] if figure else "",
            ends=_("between %(low)s and %(high)s") % figure if figure else "",
            votes=_votes(figure) if figure else "",
            bars=[bar["votes"] for bar in figure["bars"]] if figure else [],
            waiting=_waiting(row),
            said=_said(reasons_said(self.site, known_until)),
            done=[_done(change_row(one, self.language)) for one in changes[:MOST_CHANGES]],
            how=self._how(),
            citation=self._citation(fact),
            warning=invented(self.language) if fact and fact.is_synthetic else "",
            accent=self.municipality.accent,
        )

    def _how(self) -> list[str]:
        host = self.municipality.sign_origin or self.request.build_absolute_uri("/")[:-1]
        return [
            _("With a phone: point its camera at the sign here. No account, no name."),
            _("Without one: tell the town hall’s desk the code on the sign and your score, or "
              "type the code at %(host)s/S/.") % {"host": host.split("://")[-1]},
        ]  # fmt: skip

    def _citation(self, fact: Fact | None) -> str:
        address = self.request.build_absolute_uri(site_path(self.municipality.slug, self.site.pk))
        return citation(fact, address, self.language) if fact else address


def _votes(figure: dict[str, Any]) -> str:
    said = ngettext("%(votes)s vote, %(period)s", "%(votes)s votes, %(period)s", figure["votes"])
    return said % figure


def _waiting(row: dict[str, Any]) -> list[str]:
    lines = [_("A score is shown from ten votes on: fewer could tell what one person thinks.")]
    if row["small"]:
        lines.append(row["small"]["sentence"])
    return lines


def _said(groups: list[dict[str, Any]]) -> list[str]:
    return [
        f"{group['label']}: "
        + ", ".join(f"{one['name']} ({one['times']})" for one in group["reasons"][:MOST_REASONS])
        for group in groups
    ]


def _done(row: dict[str, Any]) -> str:
    """A change in one line: when, what, and what came of it where that can be said."""
    day = date_format(row["day"], "DATE_FORMAT")
    line = f"{day}: {row['name'] or row['reply']}"
    effect = row["effect"]
    if effect and effect["state"] == "up":
        risen = _(
            "Since then the score has risen by %(score)s (between %(low)s and %(high)s) more than "
            "at places of the same kind."
        )
        return f"{line.rstrip('.')}. {risen % effect}"
    return line
