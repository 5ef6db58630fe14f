"""The letter to people whose home belongs to another zone than before: what changed, and why."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outbox.services import NewMessage, enqueue_many
from residents.models import Residence
from residents.placing_sql import ZoneNews
from zones.models import Municipality, ZoneEdition, ZoneKind
from zones.names import in_language

KIND = "zones_changed"
BATCH = 500


def tell_of_zones(*, municipality: Municipality, news: Sequence[ZoneNews], now: dt.datetime) -> int:
    """Write one letter to each person concerned who has an e-mail address; tell how many."""
    kinds = {kind.pk: kind for kind in ZoneKind.objects.in_municipality(municipality)}
    editions = {
        edition.kind_id: edition
        for edition in ZoneEdition.objects.in_municipality(municipality).newest_of_each_kind()
    }
    grouped = [(key, list(rows)) for key, rows in groupby(news, key=attrgetter("residence_id"))]
    told = 0
    for start in range(0, len(grouped), BATCH):
        batch = grouped[start : start + BATCH]
        homes = (
            Residence.objects.filter(pk__in=[key for key, _rows in batch])
            .filter(resident__finished_at__isnull=False, resident__user__is_active=True)
            .exclude(resident__user__email="")
            .select_related("resident__user")
            .in_bulk()
        )
        told += enqueue_many(
            [
                _letter(municipality, homes[key], _Changes(rows, kinds, editions), now)
                for key, rows in batch
                if key in homes
            ]
        )
    return told


class _Changes:
    """What changed for one residence, in sentences of the language that is switched on."""

    def __init__(
        self,
        rows: Sequence[ZoneNews],
        kinds: dict[int, ZoneKind],
        editions: dict[int, ZoneEdition],
    ) -> None:
        self._rows, self._kinds, self._editions = rows, kinds, editions

    def lines(self) -> Iterable[str]:
        """One line for each kind of zone that changed."""
        for row in self._rows:
            words = {
                "kind": self._kinds[row.kind_id].name,
                "before": in_language(row.before),
                "after": in_language(row.after),
            }
            if not row.after:
                yield _("– %(kind)s: none any more (before: %(before)s)") % words
            elif row.before:
                yield _("– %(kind)s: %(after)s (before: %(before)s)") % words
            else:
                yield _("– %(kind)s: %(after)s (before: none)") % words

    def reasons(self) -> Iterable[str]:
        """Why, each reason once."""
        return dict.fromkeys(self._reason(row) for row in self._rows)

    def _reason(self, row: ZoneNews) -> str:
        edition = self._editions.get(row.kind_id)
        kind = self._kinds[row.kind_id]
        is_newer = edition and (row.since is None or edition.loaded_at > row.since)
        if edition and is_newer and kind.code != ZoneKind.STREET:
            return _("The borders (%(kinds)s) were drawn anew on %(day)s.") % {
                "kinds": kind.plural,
                "day": date_format(edition.valid_from, "DATE_FORMAT"),
            }
        return _("The town corrected its register of streets and addresses.")


def _letter(
    municipality: Municipality, home: Residence, changes: _Changes, now: dt.datetime
) -> NewMessage:
    user = home.resident.user
    language = user.language or municipality.languages[0]
    with translation.override(language):
        subject = _("%(town)s: your home belongs to another part of the town") % {
            "town": municipality.name
        }
        body = "\n\n".join(
            [
                _("The address where you live now belongs to:"),
                "\n".join(changes.lines()),
                _("Why: %(reasons)s") % {"reasons": " ".join(changes.reasons())},
                _("You need not do anything. From now on you get what concerns the new part."),
                f"{municipality.sign_origin.rstrip('/')}/{municipality.slug}/me/",
            ]
        )
    return NewMessage(
        recipient=user.email,
        subject=" ".join(subject.split()),
        body=body,
        kind=KIND,
        now=now,
        language=language,
        sender=municipality.mail_sender,
        queue=municipality.slug,
        key=f"zones-{home.pk}-{now:%Y%m%d%H%M%S%f}",
    )
