"""The week's letter to the press office: written once for each town, week and reader."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from departments.models import Membership
from outbox.services import enqueue_mail
from satisfaction.documents.sheets import as_text
from satisfaction.documents.week import WeekNews, monday_of, week_sheet, week_title
from satisfaction.models import VoteBlock
from satisfaction.paths import week_path
from zones.days import civil_day
from zones.models import Municipality

KIND = "digest"
#: What happened in a town in the week up to a Monday, with names in a language.
News = Callable[[Municipality, dt.date, str], WeekNews]


def mail_weeks(*, now: dt.datetime, news_of: News) -> int:
    """Write the letters of this week; tell how many there are. A second call writes none again."""
    return sum(_mail_town(town, now, news_of) for town in Municipality.objects.order_by("pk"))


@transaction.atomic
def _mail_town(town: Municipality, now: dt.datetime, news_of: News) -> int:
    today = civil_day(now, town.timezone)
    readers = press_readers(town, today)
    if not readers or not VoteBlock.objects.in_municipality(town).exists():
        return 0
    monday = monday_of(today)
    for address, language in readers:
        with translation.override(language):
            news = news_of(town, monday, language)
            link = town.sign_origin.rstrip("/") + week_path(town.slug, monday)
            enqueue_mail(
                recipient=address,
                subject=week_title(news, language),
                body="\n\n".join(
                    [
                        as_text(week_sheet(news, language)),
                        _("The same as a page, with earlier weeks and as PDF: %(link)s")
                        % {"link": link},
                    ]
                ),
                kind=KIND,
                now=now,
                language=language,
                sender=town.mail_sender,
                queue=town.slug,
                key=f"press-week-{town.pk}-{monday:%Y-%m-%d}-{address}",
            )
    return len(readers)


def press_readers(town: Municipality, today: dt.date) -> list[tuple[str, str]]:
    """Address and language of everybody in the press office of a town, each once."""
    held = (
        Membership.objects.in_municipality(town)
        .in_force(today)
        .with_role([Membership.Role.PRESS])
        .for_whole_town()
        .filter(user__is_active=True)
        .select_related("user")
    )
    own = town.languages[0]
    found = {row.user.email: row.user.language or own for row in held if row.user.email}
    return sorted(found.items())
