"""Words of the crew's phone, sent with its data so that they are there without a network."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from sign_registry.models import Sign


def phone_words() -> dict[str, Mapping[str, str | list[str]]]:
    """Sentences by name; `{n}` and the like are filled in by the page."""
    return {
        "states": _states(),
        "moves": _moves(),
        "text": _status() | _panel() | _place(),
        "reasons": _reasons(),
    }


def _reasons() -> dict[str, list[str]]:
    """Answers to touch instead of typing with gloves on."""
    return {
        "far": [_("It is seen better here"), _("It cannot be fixed at the planned place")],
        "lost": [_("Indoors"), _("The position is switched off")],
        "on_hold": [_("Building works"), _("The place is closed"), _("The owner does not agree")],
        "suspected_tampered": [_("A sticker covers the code"), _("A strange code hangs beside it")],
    }


def _states() -> dict[str, str]:
    return {value: str(label) for value, label in Sign.State.choices}


def _moves() -> dict[str, str]:
    return {
        "installed": _("It hangs"),
        "damaged": _("Damaged"),
        "missing": _("It is missing"),
        "suspected_tampered": _("A foreign sticker is on it"),
        "on_hold": _("Put it on hold"),
        "lost_in_store": _("The sheet is lost"),
        "printed": _("I have the sheet again"),
    }


def _status() -> dict[str, str]:
    return {
        "sent": _("Everything is sent."),
        "waiting": _("{n} waiting to be sent."),
        "offline": _("No network. What you do is kept on this phone and sent later."),
        "sending": _("Sending…"),
        "sign_in": _("Sign in again to send what is kept on this phone."),
        "refused": _("{n} could not be recorded. Look at them below."),
        "other_person": _("Kept here by somebody else. It is sent when they sign in."),
        "failed": _("The server does not answer well. It is tried again soon."),
        "no_data": _("Open this page once with a network, so that the phone knows the signs."),
        "remove": _("Remove this entry"),
        "again": _("Try again"),
        "saved": _("Kept on this phone"),
    }


def _panel() -> dict[str, str]:
    return {
        "progress": _("{done} of {total} done"),
        "all_done": _("All stops of this round are done."),
        "sign": _("Sign {n}"),
        "spare": _("Spare sign {n}"),
        "scan_hint": _("Hold the code of the sign into the picture."),
        "no_camera": _("The camera is not available. Type the code or choose a photo."),
        "mistyped": _("This is not the code of a sign. Look at each letter again."),
        "foreign": _("This code leads to another address. It is not one of our signs."),
        "unknown": _(
            "This phone does not know the sign. Refresh with a network, or tell the office."
        ),
        "other_sign": _("This is not the next sign of the round, but it is one of ours."),
        "no_code_in_photo": _("No code can be read in this photo. Go nearer and try again."),
        "reason": _("Why?"),
        "reason_far": _("You are {m} m from the planned place. Why does it hang here?"),
        "reason_lost": _("The phone does not know where it is. Say why, for example: indoors."),
        "photo": _("Add a photo"),
        "inspect": _("Look at it: take a photo"),
        "replace": _("Hang a new sign in its place"),
        "replace_hint": _("Scan the new sign."),
        "next_sign": _("Next sign"),
        "close": _("Close"),
        "back": _("Back"),
        "save": _("Keep"),
        "nothing": _("Nothing can be done with this sign on the spot. Tell the office."),
    }


def _place() -> dict[str, str]:
    return {
        "which": _("Which of these is here?"),
        "search": _("Search all places without a sign"),
        "new_site": _("None of them: add a place"),
        "new_name": _("Name of the place"),
        "new_kind": _("Kind of place"),
        "new_here": _("It is here, where I stand."),
        "needs_position": _("A new place needs your position. Allow it in the browser."),
        "metres": _("{m} m ▸"),
        "kilometres": _("{km} km ▸"),
        "here": _("you are there"),
        "not_spare": _("This sign belongs to another place. Take a spare."),
    }
