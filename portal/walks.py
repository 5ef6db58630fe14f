"""The ways of each user through the program, as data: shown by the demonstration and by the guides.

A step says in one sentence what there is to see, who sees it, and where below /<slug>/ it is.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

#: Nobody signed in, and a resident with a home in the register.
STRANGER, RESIDENT = "", "resident"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a way: its sentence, its path with names of rows in braces, and who is there."""

    text: StrOrPromise
    path: str
    who: str = STRANGER
    #: The page has no head of ours (the lane of ratings, a file to take along): it is opened
    #: beside the guide.
    is_outside: bool = False
    #: What the town must have for the page to say anything (a name of `walk_rows`).
    needs: str = ""

    @property
    def is_on_phone(self) -> bool:
        """Whether its people hold a phone; the others sit at a desk."""
        return self.who in {STRANGER, RESIDENT, "crew"}


@dataclass(frozen=True, slots=True)
class Walk:
    """The way of one user; shown where the town has its module."""

    code: str
    icon: str
    title: StrOrPromise
    note: StrOrPromise
    steps: tuple[Step, ...]
    module: str = ""


WALKS: tuple[Walk, ...] = (
    Walk(
        "report",
        "warn",
        _("Report a fault"),
        _("A resident, and the people who answer"),
        (
            Step(
                _(
                    "Four short steps in any order: what, where, a photo, your words. No "
                    "account is needed."
                ),
                "report/",
            ),
            Step(
                _("Everybody sees what was reported and released, on the list and on the map."),
                "reports/",
            ),
            Step(
                _(
                    "The report lies with the department that the rules name, ordered by the "
                    "day it is due."
                ),
                "desk/",
                "handler",
            ),
            Step(
                _(
                    "What no rule could place waits here, each with a proposed answer under "
                    "one key."
                ),
                "desk/sorting/",
                "dispatcher",
            ),
            Step(
                _("The head signs the answer, and sees what is due and with whom it waits."),
                "desk/terms/",
                "head",
            ),
            Step(
                _(
                    "Each night one seal over all reports is published: nothing can be "
                    "rewritten unseen."
                ),
                "ledger/",
            ),
        ),
        "reports",
    ),
    Walk(
        "rate",
        "scan",
        _("Rate a place by its sign"),
        _("A resident at a school, a park or a counter"),
        (
            Step(
                _(
                    "The sign was scanned: slide the ball from 1 to 10 and send. No name, no "
                    "app, no cookie."
                ),
                "{sign}",
                is_outside=True,
            ),
            Step(
                _(
                    "Every rated place has a page with its figure and how sure it is, once "
                    "enough people voted."
                ),
                "sites/",
            ),
            Step(
                _("The press office sees one sentence, the map and what really changed."),
                "press/",
                "press",
                needs="figures",
            ),
            Step(_("Who is responsible for the place answers a worsening."), "mine/", "owner"),
            Step(
                _("The figures are open data that never change afterwards."),
                "open/ratings/",
                needs="figures",
            ),
        ),
        "ratings",
    ),
    Walk(
        "near",
        "home",
        _("Hear what concerns your street"),
        _("A resident who registers once"),
        (
            Step(
                _("Registering takes at most four screens: e-mail, code, address, done."), "join/"
            ),
            Step(
                _(
                    "What happens around home: news, works, reports and consultations, the "
                    "nearest first."
                ),
                "nearby/",
                RESIDENT,
            ),
            Step(
                _("Your address, the parts of town it belongs to, and how sure the town is of it."),
                "me/",
                RESIDENT,
            ),
            Step(
                _("How and when you are told, and what you do not want to hear of."),
                "preferences/",
                RESIDENT,
            ),
            Step(
                _("Everything the town keeps about you: to read, to take along, to erase."),
                "me/data/",
                RESIDENT,
            ),
        ),
        "notices",
    ),
    Walk(
        "consult",
        "chat",
        _("Be asked about a project"),
        _("A resident of the area, and one from elsewhere"),
        (
            Step(
                _(
                    "The project on the map and in words, with its alternatives and what may "
                    "be done when."
                ),
                "consultations/{project}/",
            ),
            Step(
                _("Say what you think, at a place or without one. Whoever you are, you may speak."),
                "consultations/{project}/say/",
                RESIDENT,
            ),
            Step(
                _("What others said, and what the town answered to it."),
                "consultations/{project}/said/",
            ),
            Step(
                _("You said, we did: the answers by neighbourhood."),
                "consultations/{project}/answers/",
            ),
        ),
        "consultations",
    ),
    Walk(
        "budget",
        "check",
        _("Decide on a budget"),
        _("Propose, vote in secret, count again"),
        (
            Step(
                _("The year’s budget: who may propose, who may vote, until when."),
                "consultations/{budget}/",
            ),
            Step(
                _("Proposals with their place, their cost and what the departments say."),
                "consultations/{budget}/projects/",
            ),
            Step(
                _("The result of last year: who won, why, and who paid for it."),
                "consultations/{counted}/result/",
            ),
            Step(
                _("Anybody counts the published ballots again, with this one page."),
                "consultations/{counted}/recount.html",
                is_outside=True,
            ),
            Step(
                _("The result by neighbourhood, without a number that would tell on anybody."),
                "consultations/{counted}/zones/",
            ),
        ),
        "consultations",
    ),
    Walk(
        "planner",
        "area",
        _("Plan an area and ask its people"),
        _("A planner"),
        (
            Step(
                _(
                    "An area from zones, streets, strips in metres and shapes; it says whom "
                    "it reaches."
                ),
                "plan/areas/{area}/",
                "planner",
            ),
            Step(
                _(
                    "Consultations from templates, each with what is still missing before it "
                    "may open."
                ),
                "plan/consultations/",
                "planner",
            ),
            Step(
                _(
                    "The preparation of one: phases, drawing, area, who counts, the notice of "
                    "the law."
                ),
                "plan/consultations/{project}/",
                "planner",
            ),
            Step(
                _("Neighbourhoods are drawn, split and joined here; a second person publishes."),
                "plan/zones/",
                "planner",
            ),
        ),
    ),
    Walk(
        "press",
        "map",
        _("Tell the town how it is"),
        _("A press officer"),
        (
            Step(
                _("One sentence, three that hold, and the map through time."),
                "press/",
                "press",
                needs="figures",
            ),
            Step(
                _(
                    "Notices: written in each language, aimed at an area, seen as on a phone "
                    "before they leave."
                ),
                "notices/",
                "press",
            ),
            Step(_("What everybody reads, also by feed and calendar."), "news/"),
        ),
        "notices",
    ),
    Walk(
        "crew",
        "pin",
        _("Hang and check the signs"),
        _("The sign crew and its head"),
        (
            Step(
                _(
                    "Rounds on the phone: the next sign, the scanner, a photo; also without a "
                    "network."
                ),
                "crew/",
                "crew",
            ),
            Step(_("Every sign with its code, its state and its history."), "signs/", "crew_lead"),
            Step(
                _("Sheets to print, with the proof that each code can be read."),
                "signs/print/",
                "crew_lead",
            ),
        ),
        "ratings",
    ),
    Walk(
        "office",
        "settings",
        _("Run the town’s service"),
        _("The town administrator"),
        (
            Step(
                _("Name, colour, arms, languages and what is switched on."),
                "town/",
                "administrator",
            ),
            Step(
                _("People and what they may do: role, department and area."),
                "town/staff/",
                "administrator",
            ),
            Step(
                _("Which department answers what and where, as rules in an order."),
                "town/rules/",
                "administrator",
            ),
            Step(
                _("How good the town’s map data is, and what to mend first."),
                "town/quality/",
                "administrator",
            ),
            Step(_("Who changed which setting, and when."), "town/history/", "administrator"),
        ),
    ),
    Walk(
        "check",
        "info",
        _("Check the promises"),
        _("A councillor, a journalist, the data protection officer"),
        (
            Step(
                _("Which personal data the program keeps, why and until when."),
                "town/privacy/",
                "observer",
            ),
            Step(_("The daily seals of all reports, to keep and to compare."), "ledger/"),
            Step(_("Where every line of the map comes from, and under which licence."), "data/"),
            Step(
                _("What was voted on in secret can be counted again by anybody."),
                "consultations/{counted}/result/",
            ),
        ),
    ),
)


def walks_in(modules: list[str]) -> list[Walk]:
    """The ways that a town with these modules has."""
    return [walk for walk in WALKS if not walk.module or walk.module in modules]


def walk_called(code: str, modules: list[str]) -> Walk | None:
    """The way of that name, where the town has it."""
    return next((walk for walk in walks_in(modules) if walk.code == code), None)
