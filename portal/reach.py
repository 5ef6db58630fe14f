"""Puts together what the published reach is counted from: residents, and ways of telling them."""

import datetime as dt

from notifications.models import Preference, PushSubscription
from residents.models import Resident
from residents.services.reach_cells import Published, Ways, is_due, publish_reach
from zones.models import Municipality


def publish(*, municipality: Municipality, now: dt.datetime) -> Published:
    """Publish how many homes and people the squares of a town hold."""
    return publish_reach(municipality=municipality, now=now, ways=ways_of_telling(municipality))


def publish_due(*, now: dt.datetime) -> list[str]:
    """Publish in every town where it is due; gives their short names."""
    due = [town for town in Municipality.objects.order_by("pk") if is_due(town, now)]
    for town in due:
        publish(municipality=town, now=now)
    return [town.slug for town in due]


def ways_of_telling(municipality: Municipality) -> Ways:
    """Accounts of residents by the ways that are open to them, as notices choose them.

    E-mail unless they said no; messages on the phone where a browser listens; a letter where
    somebody asked for it and neither of the others is open.
    """
    chosen = {
        user: (by_email, by_push, by_letter)
        for user, by_email, by_push, by_letter in Preference.objects.in_municipality(
            municipality
        ).values_list("user", "by_email", "by_push", "by_letter")
    }
    nothing_chosen = (True, False, False)
    listening = set(
        PushSubscription.objects.in_municipality(municipality)
        .listening()
        .values_list("user", flat=True)
    )
    email, push, letter = set(), set(), set()
    residents = Resident.objects.in_municipality(municipality).finished()
    for user, address in residents.values_list("user", "user__email"):
        by_email, by_push, by_letter = chosen.get(user, nothing_chosen)
        if by_email and address:
            email.add(user)
        if by_push and user in listening:
            push.add(user)
        if by_letter and user not in email and user not in push:
            letter.add(user)
    return {"email": email, "push": push, "letter": letter}
