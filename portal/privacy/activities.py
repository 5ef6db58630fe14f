"""The processing activities of a town, in the terms of article 30 of the GDPR.

Legal bases name Regulation (EU) 2016/679; a town's own data protection officer has the last word.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

TASK = _("Task in the public interest (GDPR, article 6(1)(e))")
CONSENT = _("Consent, which can be withdrawn at any time (GDPR, article 6(1)(a))")
DUTY = _("Legal obligation (GDPR, article 6(1)(c))")
NOBODY = _("Nobody outside the town hall")


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity: what it is for, on which ground, whom it is about, who sees it, how long."""

    name: StrOrPromise
    purpose: StrOrPromise
    basis: StrOrPromise
    people: StrOrPromise
    recipients: StrOrPromise
    kept: StrOrPromise


ACTIVITIES: Mapping[str, Activity] = {
    "account": Activity(
        _("Account and sign-in"),
        _("To know who signs in, and to keep others out"),
        TASK,
        _("Residents and staff with an account"),
        NOBODY,
        _("Until the account is closed; erased after 27 months without a sign-in, with a warning"),
    ),
    "residence": Activity(
        _("Declared address"),
        _("To know which neighbourhood and street a resident belongs to"),
        TASK,
        _("Registered residents"),
        _("The residents' desk; other staff only see counts that cannot be traced to a home"),
        _("As long as the account; former addresses for one year, codes by post for 90 days"),
    ),
    "notices": Activity(
        _("Notices and followed places"),
        _("To tell residents just what concerns them"),
        TASK,
        _("Registered residents"),
        NOBODY,
        _("Choices as long as the account; notices in the inbox for two years"),
    ),
    "push": Activity(
        _("Messages on the phone"),
        _("To show a notice on the phone at once"),
        CONSENT,
        _("Residents who agreed on their own device"),
        _("The maker of the browser, who carries the sealed message and learns that one came"),
        _("Until it is switched off or the browser stops listening"),
    ),
    "delivery": Activity(
        _("Outgoing letters"),
        _("To send messages, to try again after a fault, and to prove what was sent"),
        TASK,
        _("Everybody a message is written to"),
        _("The mail server, and the text message service where the town has one"),
        _("90 days; sign-in codes are erased as soon as they are sent"),
    ),
    "rights": Activity(
        _("Wishes to be erased"),
        _("To carry out the rights of a person, also after a backup was restored"),
        DUTY,
        _("People who asked to be erased"),
        NOBODY,
        _("The number of the account and the day, for three years"),
    ),
    "staff": Activity(
        _("Work of staff"),
        _("To know who decided what, and to give each only the rights of the office"),
        TASK,
        _("Staff of the town hall and its institutions"),
        _("Town administrators and the data protection officer"),
        _("While in office and five years after"),
    ),
    "submissions": Activity(
        _("Texts and pictures handed in"),
        _("To read what residents say; personal details are covered before anybody reads it"),
        TASK,
        _("Nobody is named; somebody may appear in what was handed in"),
        _("Moderators; the public after release"),
        _("As long as the place it is about; what was refused is shown to nobody"),
    ),
    "reports": Activity(
        _("Reports of faults"),
        _("To mend what was reported, and to answer whoever reported it"),
        DUTY,
        _("People who report, follow or judge a report"),
        _(
            "The department that works on it; an institution it is sent to, with the name only "
            "where it must answer the person"
        ),
        _(
            "Who reported: two years after the end of the report, or until the person erases it; "
            "letters for one year; the report itself stays without a name"
        ),
    ),
    "consultations": Activity(
        _("Consultations and votes"),
        _("To hear those whom a project concerns, to count each vote once, and to answer"),
        TASK,
        _("People who take part, and residents on the roll of a vote"),
        _(
            "The public reads released words without a name; observers read the roll, and each "
            "look at it is recorded"
        ),
        _(
            "Words until the person erases them; who filled in a survey for one year after it; the "
            "roll for two years after the vote; a ballot names nobody"
        ),
    ),
    "remarks": Activity(
        _("Remarks about the map"),
        _("To mend the register of addresses"),
        TASK,
        _("Nobody is named; somebody may name themselves in the text"),
        _("Town administrators"),
        _("One year after the remark was settled"),
    ),
    "statistics": Activity(
        _("Published counts of people"),
        _("To tell planners how many people an area reaches without telling who"),
        TASK,
        _("Registered residents, as numbers of at least ten"),
        _("Staff who plan and write notices"),
        _("Made anew each quarter; the basis is deleted with it"),
    ),
}

#: Why some rows stay when an account is erased.
KEPT_BECAUSE: Mapping[str, StrOrPromise] = {
    "accountability": _("Official acts stay; they name the office, and the person by a number"),
    "anonymous": _("It names nobody"),
    "office": _("It is the contact of an office, not of a person"),
    "emptied": _("The report stays; name, contact and words of the person are taken out of it"),
    "said": _("The answer stays as that of nobody; words and drawings are taken out of it"),
    "roll": _("It proves how many voted, not how; the person stays in it as a number"),
    "erasure_proof": _("It proves the erasure and holds a number alone"),
}
