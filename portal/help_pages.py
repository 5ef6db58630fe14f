"""What residents ask most, with short answers; the town adds its own under questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from zones.models import Municipality


@dataclass(frozen=True, slots=True)
class Help:
    """One page of help: where it is, the module it needs, questions with answers, the next step.

    Attributes:
        door: path below /<slug>/ of the page that the answers are about, with its label.
    """

    code: str
    icon: str
    title: StrOrPromise
    answers: Sequence[tuple[StrOrPromise, StrOrPromise]]
    door: tuple[str, StrOrPromise]
    module: str = ""


HELP: Sequence[Help] = (
    Help(
        "report",
        "warn",
        _("Report a fault"),
        (
            (
                _("How do I report a fault?"),
                _(
                    "Open the form, choose what it is and where, add a photo if you have one, and "
                    "send it. You need no account. In danger call 112 first."
                ),
            ),
            (
                _("How do I learn what became of it?"),
                _(
                    "After sending you get a number and a link. The page behind the link shows "
                    "every step and the day by which the answer is due. Keep the link."
                ),
            ),
            (
                _("Who sees my name?"),
                _(
                    "Only those who work on your report, and each look is written down. What "
                    "everybody sees has no name, and a person looked at it first."
                ),
            ),
        ),
        ("report/", _("Report a fault")),
        "reports",
    ),
    Help(
        "rate",
        "scan",
        _("Rate a place"),
        (
            (
                _("How do I rate a place?"),
                _(
                    "Point the camera of your phone at the sign, open the page, slide to a number "
                    "from 1 to 10 and press the button. Or type the letters on the sign."
                ),
            ),
            (
                _("Does anybody know that it was me?"),
                _("No. No name, device or network address is kept, so nobody can find out later."),
            ),
            (
                _("Why is there no score yet?"),
                _("A score is shown only when at least ten votes are there."),
            ),
        ),
        ("sites/", _("Places that can be rated")),
        "ratings",
    ),
    Help(
        "register",
        "person",
        _("Register your address"),
        (
            (
                _("What do I get from registering?"),
                _(
                    "News that concern your street and your neighbourhood, and a vote in "
                    "consultations. Reporting and rating work without it."
                ),
            ),
            (
                _("How do I prove where I live?"),
                _(
                    "Often your word is enough. Where more is needed, a letter with a code comes "
                    "to your address, or you go to the desk with your identity card."
                ),
            ),
            (
                _("Can I leave again?"),
                _(
                    "Yes, at any time on the page about you. What has to be kept by law is named "
                    "there."
                ),
            ),
        ),
        ("join/", _("Register")),
        "notices",
    ),
    Help(
        "vote",
        "check",
        _("Take part and vote"),
        (
            (
                _("Who may vote?"),
                _(
                    "Each consultation says it on its page: mostly those who live in its area and "
                    "are old enough."
                ),
            ),
            (
                _("Does anybody see how I voted?"),
                _("No. The list says that you voted; the ballot lies apart, without a name."),
            ),
            (
                _("Can I vote on paper?"),
                _("Yes, at the desk, where the consultation offers it. You have one vote in all."),
            ),
        ),
        ("consultations/", _("All consultations")),
        "consultations",
    ),
    Help(
        "follow",
        "pin",
        _("Follow a place"),
        (
            (
                _("How do I get news of a place?"),
                _(
                    "Sign in, draw the place or choose it from the list, and say how you want to "
                    "be told: on the page, by e-mail, on the phone or by letter."
                ),
            ),
            (
                _("How do I stop letters?"),
                _("Each e-mail has a link at its end. One press and they stop."),
            ),
        ),
        ("following/", _("Places you follow")),
        "notices",
    ),
    Help(
        "my-data",
        "info",
        _("What happens with my data"),
        (
            (
                _("What is kept about me?"),
                _(
                    "Nothing, as long as you look around, search or rate. Who registers, reports "
                    "or votes leaves what that needs, and can see all of it."
                ),
            ),
            (
                _("How do I have it erased?"),
                _("Sign in, open the page about your data and ask for it, or ask at the desk."),
            ),
        ),
        ("privacy/", _("Everything about your data")),
    ),
    Help(
        "without-a-phone",
        "home",
        _("Without a phone"),
        (
            (
                _("I have no smartphone. What can I do?"),
                _(
                    "You can report by telephone, on paper or at the desk. The desk also registers "
                    "you and gives you a card, with which anybody can help you at any computer."
                ),
            ),
            (
                _("How do I get the town’s news?"),
                _(
                    "By letter to your address or on the notice board, if you ask for it at the "
                    "desk."
                ),
            ),
            (
                _("How do I vote?"),
                _("On paper at the desk, with your identity card."),
            ),
        ),
        ("about/", _("Where the town hall is")),
    ),
)


def help_of(municipality: Municipality) -> list[Help]:
    """The pages a town has: those about modules that are switched on, and those about none."""
    return [one for one in HELP if not one.module or one.module in municipality.modules]
