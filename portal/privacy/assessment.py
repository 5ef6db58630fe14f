"""What can go wrong for residents, and what holds it: the core of the impact assessment."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Risk:
    """A harm, how bad it would be, what holds it, and what is left."""

    harm: StrOrPromise
    measures: StrOrPromise
    rest: StrOrPromise


RISKS: Sequence[Risk] = (
    Risk(
        _("Somebody learns where a person lives from counts of people in an area"),
        _(
            "Counts come from published squares of at least ten people, rounded, changed only when "
            "five people came or went; the part that counts cannot read addresses."
        ),
        _("Somebody who knows all others of a square learns no more than a rounded number."),
    ),
    Risk(
        _("A member of staff looks up a neighbour"),
        _(
            "Only the residents’ desk sees addresses, masked until revealed; each look is recorded "
            "with its reason and cannot be deleted."
        ),
        _("The record is read afterwards; it does not prevent the first look."),
    ),
    Risk(
        _("Somebody registers with the address of another person"),
        _(
            "A declared address counts as declared only; a code by post or the desk confirms it, "
            "and whoever opens the letter can say “this is not me”."
        ),
        _("Until then the person receives notices about a street where they do not live."),
    ),
    Risk(
        _("A letter reaches the wrong people"),
        _(
            "Whoever writes sees the area and its size before sending; large ones take a second "
            "person, and every notice can be stopped for some minutes."
        ),
        _("What was read cannot be called back."),
    ),
    Risk(
        _("An account is taken over"),
        _(
            "Codes are short-lived and limited, passkeys are offered, other visits can be ended, "
            "and an erasure waits seven days."
        ),
        _("Whoever reads a person’s letters can sign in as that person."),
    ),
    Risk(
        _("The maker of a browser learns who is told something"),
        _("Messages on the phone take consent that names the maker; their text is sealed."),
        _("The maker sees that a message came, and when."),
    ),
    Risk(
        _("A backup brings erased people back"),
        _("Each erasure is written beside the database and repeated after a restore."),
        _("Until backups end, after thirty days, erased data lies in them."),
    ),
    Risk(
        _("An anonymous rating is traced to a person"),
        _(
            "Ratings come in apart from accounts, without times, addresses or devices, and are "
            "shown in lots of at least ten."
        ),
        _("The network provider knows who opened which page."),
    ),
    Risk(
        _("The database is stolen"),
        _("Codes and cards are kept as digests; roles of the database see only their own tables."),
        _("Addresses and e-mail addresses lie in it readable; protect disks and backups."),
    ),
)
