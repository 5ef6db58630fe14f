"""The one figure that a page elsewhere may show: public on that day, and not under reply."""

import datetime as dt
from collections.abc import Mapping

from django.http import Http404
from django.shortcuts import get_object_or_404

from satisfaction.facts import Fact
from satisfaction.models import Alert, GroupFigure, SiteFigure, Snapshot
from satisfaction.present.figures import current_snapshot
from satisfaction.selection import Selection, fact_of_group, fact_of_site, select
from sign_registry.models import Site
from zones.models import Municipality
from zones.names import in_language

_LONGEST_NUMBER = 18


def embeddable(municipality: Municipality, asked: Mapping[str, str], today: dt.date) -> Fact | None:
    """The public figure of a place, a kind of place, an area, or the town.

    Args:
        asked: `site`, `category` or `zone`; `span` and `from` for a period that is not the one
            that pages of places show.

    Returns:
        None where there are too few votes, or where the owner of the place may still reply.

    Raises:
        Http404: for what is not there.
    """
    chosen = _chosen(municipality, asked, today)
    site = _site(municipality, asked.get("site", ""))
    if chosen is None:
        return None
    order = list(municipality.languages)
    town = in_language(municipality.names, order)
    if site is not None:
        own = _of_site(chosen.snapshot, site, today)
        return fact_of_site(own, town, order) if own and own.score is not None else None
    group = _of_group(chosen)
    return fact_of_group(group, town, order) if group and group.score is not None else None


def _chosen(
    municipality: Municipality, asked: Mapping[str, str], today: dt.date
) -> Selection | None:
    chosen = select(municipality, asked, today, is_staff=False)
    if chosen is None or asked.get("span") or asked.get("from"):
        return chosen
    newest = current_snapshot(municipality, today, is_staff=False)
    return Selection(municipality, newest or chosen.snapshot, chosen.category, chosen.zone)


def _site(municipality: Municipality, number: str) -> Site | None:
    if not number:
        return None
    if not number.isdecimal() or len(number) > _LONGEST_NUMBER:
        raise Http404
    return get_object_or_404(Site.objects.in_municipality(municipality).public(), pk=int(number))


def _of_site(snapshot: Snapshot, site: Site, today: dt.date) -> SiteFigure | None:
    if Alert.objects.filter(site=site).withheld_on(today).exists():
        return None
    own = SiteFigure.objects.of_snapshot(snapshot).of_sites([site.pk])
    return own.select_related("site", "category", "snapshot").first()


def _of_group(chosen: Selection) -> GroupFigure | None:
    groups = chosen.group_figures().select_related("category", "zone", "snapshot")
    if chosen.category:
        return groups.of_kind(GroupFigure.Kind.CATEGORY).filter(category=chosen.category).first()
    if chosen.zone:
        return groups.of_kind(GroupFigure.Kind.ZONE).filter(zone=chosen.zone).first()
    return groups.of_kind(GroupFigure.Kind.TOWN).first()
