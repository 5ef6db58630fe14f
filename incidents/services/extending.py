"""Makes a term longer, once and within the law, and tells the person before it counts."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.models import Clock, Incident, IncidentEvent, Reporter
from incidents.regimes import Extension, Rule, regimes
from incidents.services.clocks import Ground, happenings_of, reckoned
from incidents.services.recording import Actor, lock_in_order, record
from incidents.services.standing import require_authority
from incidents.terms import RUNNING, Happening, extended_due
from incidents.workflow import Kind
from outbox.services import enqueue_mail
from zones.days import civil_day

KIND = "term_extended"
ANSWER = "answer"
LONGEST_REASON = 600


@transaction.atomic
def extend(
    *,
    incident: Incident,
    days: int,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    is_told_on_paper: bool = False,
) -> IncidentEvent:
    """Make the term of the answer longer; the letter to the person is written first.

    Args:
        is_told_on_paper: the person has no e-mail, and the letter by post has left already.

    Raises:
        PermissionDenied: the actor does not sign for the whole town.
        ValidationError: `no_term` where none binds, `not_extendable` where the law knows no
            extension or nobody confirmed it, `extended_already`, `too_late` after the last day,
            `too_long` beyond the limit, `no_days`, `no_reason`, `no_notice` where nobody can be
            told before.
    """
    require_authority(actor, incident, now)
    (locked,) = lock_in_order([incident])
    clock, rule, extension = _term(locked)
    happenings = happenings_of([locked])[locked.pk]
    _refuse(happenings, clock, extension, civil_day(now, locked.municipality.timezone))
    _refuse_length(rule, clock, days)
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        sentence = _("Say why in at most %(most)d characters.") % {"most": LONGEST_REASON}
        raise ValidationError({"reason": ValidationError(sentence, code="no_reason")})
    due_on = _due_then(locked, happenings, days, now)
    is_written = _notify(locked, due_on, reason.strip(), now)
    if extension.needs_prior_notice and not (is_written or is_told_on_paper):
        raise ValidationError(
            _(
                "The person must be told first and has no e-mail. Send the letter by post, "
                "then say so."
            ),
            code="no_notice",
        )
    return record(
        incident=incident,
        kind=Kind.EXTENDED,
        data={"code": ANSWER, "days": days, "by_mail": is_written, "on_paper": is_told_on_paper},
        actor=actor,
        now=now,
        secrets={"reason": reason.strip()},
    )


def longest_extension(clock: Clock) -> int:
    """How many days a term may be made longer; none where the law knows no extension. No query."""
    regime = regimes().get(clock.regime)
    rule = regime.rule_on(clock.code, clock.started_on) if regime else None
    if rule is None or rule.extension is None or not rule.extension.is_confirmed:
        return 0
    if rule.extension.most_days is not None:
        return rule.extension.most_days
    return max((extended_due(rule, clock.started_on, clock.due_on, 366) - clock.due_on).days, 0)


def _term(incident: Incident) -> tuple[Clock, Rule, Extension]:
    """The term that binds and runs, its rule and the extension that the rule knows."""
    clock = incident.clocks.running().filter(code=ANSWER, is_binding=True).first()
    if clock is None:
        raise ValidationError(
            _("No legal term runs for this report, so there is none to extend."), code="no_term"
        )
    rule = regimes()[clock.regime].rule_on(clock.code, clock.started_on)
    if rule is None or rule.extension is None or not rule.extension.is_confirmed:
        raise ValidationError(
            _("The law that this term follows knows no extension that was confirmed."),
            code="not_extendable",
        )
    return clock, rule, rule.extension


def _refuse(
    happenings: Sequence[Happening], clock: Clock, extension: Extension, today: dt.date
) -> None:
    answered = max((one.seq for one in happenings if one.kind == Kind.ANSWERED), default=0)
    before = [
        one
        for one in happenings
        if one.kind == Kind.EXTENDED and one.data["code"] == ANSWER and one.seq > answered
    ]
    if len(before) >= extension.times:
        raise ValidationError(
            _("This term was extended already. The law allows it once."), code="extended_already"
        )
    if today > clock.due_on:
        raise ValidationError(
            _("The term is over. It can be extended only before its last day has passed."),
            code="too_late",
        )


def _refuse_length(rule: Rule, clock: Clock, days: int) -> None:
    if days < 1:
        raise ValidationError(
            {"days": ValidationError(_("Give at least one day."), code="no_days")}
        )
    if days > longest_extension(clock):
        sentence = _("The law allows at most %(most)d more days.")
        raise ValidationError(
            {
                "days": ValidationError(
                    sentence % {"most": longest_extension(clock)}, code="too_long"
                )
            }
        )


def _due_then(
    incident: Incident, happenings: Sequence[Happening], days: int, now: dt.datetime
) -> dt.date:
    """The last day as it will be reckoned once the event is written."""
    at = max(now, incident.changed_at)
    said = Happening(incident.head_seq + 1, Kind.EXTENDED, at, {"code": ANSWER, "days": days})
    terms = reckoned(incident, [*happenings, said], Ground(incident.municipality))
    return next(one.due_on for one in terms if one.code == ANSWER and one.state == RUNNING)


def _notify(incident: Incident, due_on: dt.date, reason: str, now: dt.datetime) -> bool:
    """Write to the person, in the transaction of the extension and before it."""
    reporter = Reporter.objects.select_related("user").filter(incident=incident).first()
    address, language = _address(reporter) if reporter else ("", "")
    if not address:
        return False
    town = incident.municipality
    with translation.override(language):
        words = {
            "reference": incident.reference,
            "due": date_format(due_on, "DATE_FORMAT"),
            "reason": reason,
            "number": incident.register_number,
        }
        enqueue_mail(
            recipient=address,
            subject=_("The answer to your report %(reference)s needs more time") % words,
            body=_(
                "Your report %(reference)s (number %(number)s in our register) needs a deeper look."
                " The head of the town hall extends the term of the answer until %(due)s.\n\n"
                "Reason: %(reason)s"
            )
            % words,
            kind=KIND,
            now=now,
            language=language,
            sender=town.mail_sender,
            queue=town.slug,
            key=f"{KIND}-{incident.pk}-{incident.head_seq + 1}",
        )
    return True


def _address(reporter: Reporter) -> tuple[str, str]:
    """Where a person may be written to, and in which language; an unconfirmed address is none."""
    user = reporter.user if reporter.user and reporter.user.is_active else None
    address = reporter.email if reporter.confirmed_at else ""
    return address or (user.email if user else ""), (user and user.language) or reporter.language
