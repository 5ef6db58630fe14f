"""The town answers what was said: outcome and reason, to contributions or to a zone."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from consultations.models import Contribution, OfficialAnswer, Process
from consultations.services.telling import tell_answered
from consultations.words import LONGEST_TEXT
from notifications.models import Announcement
from notifications.services.announcements import write
from notifications.services.wording import LONGEST_TITLE, AnnouncementText
from notifications.topics import Topic
from zones.models import Zone
from zones.names import in_language

#: Answered together at most.
MOST_AT_ONCE = 200


@transaction.atomic
def answer_contributions(
    *,
    process: Process,
    contributions: Iterable[Contribution],
    outcome: str,
    texts: Mapping[str, str],
    actor: User,
    now: dt.datetime,
) -> int:
    """Give several contributions the same answer, anew where they had one; says how many.

    Raises:
        ValidationError: `no_choice`, `unknown`, `required`, `too_long`.
    """
    ids = {one.pk for one in contributions}
    rows = Contribution.objects.filter(pk__in=ids, process=process, submission__state="released")
    rows = rows.spoken()
    chosen = list(
        rows.select_related("author", "process__municipality").order_by("pk")[:MOST_AT_ONCE]
    )
    if not chosen:
        raise ValidationError(_("Choose what you answer."), code="no_choice")
    kept = _checked(process, outcome, texts)
    for one in chosen:
        OfficialAnswer.objects.update_or_create(
            contribution=one,
            defaults={
                "process": process,
                "outcome": outcome,
                "texts": kept,
                "answered_by": actor,
                "answered_at": now,
            },
        )
        tell_answered(one, now)
    return len(chosen)


@transaction.atomic
def answer_zone(
    *,
    process: Process,
    zone: Zone,
    outcome: str,
    texts: Mapping[str, str],
    actor: User,
    now: dt.datetime,
) -> OfficialAnswer:
    """Say for a whole zone what becomes of what was said about it; anew where it had an answer.

    Raises:
        ValidationError: `unknown`, `required`, `too_long`.
    """
    if zone.kind.municipality_id != process.municipality_id:
        raise ValidationError(_("Choose one of this town."), code="unknown")
    kept = _checked(process, outcome, texts)
    Process.objects.select_for_update().get(pk=process.pk)
    answer, _is_new = OfficialAnswer.objects.update_or_create(
        process=process,
        zone=zone,
        contribution=None,
        defaults={"outcome": outcome, "texts": kept, "answered_by": actor, "answered_at": now},
    )
    return answer


@transaction.atomic
def draft_notice(*, process: Process, page: str, actor: User, now: dt.datetime) -> Announcement:
    """A draft that tells those in the area what the town answered; whoever may sends it out."""
    town = process.municipality
    titles, texts = {}, {}
    for code in town.languages:
        title = in_language(process.names, town.languages, code)
        titles[code] = _title(code, title)
        texts[code] = _text(code, title, page)
    return write(
        municipality=town,
        values=AnnouncementText(
            titles=titles,
            texts=texts,
            topic=Topic.CONSULTATIONS,
            target=process.area,
            department=process.department,
        ),
        actor=actor,
        now=now,
    )


def _title(code: str, title: str) -> str:
    with override(code):
        return (_("You said, we did: %(title)s") % {"title": title})[:LONGEST_TITLE]


def _text(code: str, title: str, page: str) -> str:
    with override(code):
        return _(
            "The consultation “%(title)s” has its answers. What becomes of what was said, and why, "
            "stands here: %(page)s"
        ) % {"title": title, "page": page}


def _checked(process: Process, outcome: str, texts: Mapping[str, str]) -> dict[str, str]:
    if outcome not in OfficialAnswer.Outcome.values:
        raise ValidationError(
            {"outcome": ValidationError(_("Choose what becomes of it."), code="unknown")}
        )
    kept = {code: text.replace("\x00", "").strip() for code, text in texts.items()}
    kept = {code: text for code, text in kept.items() if text}
    first = process.municipality.languages[0]
    if first not in kept:
        raise ValidationError(
            {f"reason_{first}": ValidationError(_("Write the reason."), code="required")}
        )
    for code, text in kept.items():
        if len(text) > LONGEST_TEXT:
            raise ValidationError(
                {
                    f"reason_{code}": ValidationError(
                        _("Write the text in at most %(longest)d characters for each language.")
                        % {"longest": LONGEST_TEXT},
                        code="too_long",
                    )
                }
            )
    return kept
