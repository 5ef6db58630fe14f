"""How every command finds the town it is told of, and how it says that there is none."""

from django.core.management.base import CommandError

from zones.models import Municipality

WRONG_INPUT = 2


class InputError(CommandError):
    """Bad input: one clear sentence and exit code 2."""

    def __init__(self, text: str) -> None:
        super().__init__(text, returncode=WRONG_INPUT)


def town_named(slug: str) -> Municipality:
    """The municipality of a short name.

    Raises:
        InputError: when there is none; it names the ones there are.
    """
    town = Municipality.objects.filter(slug=slug).first()
    if town is None:
        known = ", ".join(Municipality.objects.order_by("slug").values_list("slug", flat=True))
        raise InputError(f"There is no municipality “{slug}”. Known are: {known or 'none yet'}.")
    return town
