"""The version of a town's register, by which every index and tile knows that it is stale."""

from django.db.models import F

from zones.models import Municipality


def bump(municipality: Municipality) -> int:
    """Count one change of zones, streets or addresses; call it in the transaction of the change.

    Returns:
        The new version, also set on the object passed in.
    """
    Municipality.objects.filter(pk=municipality.pk).update(
        register_version=F("register_version") + 1
    )
    municipality.refresh_from_db(fields=["register_version"])
    return municipality.register_version


def lock(municipality: Municipality) -> None:
    """Let one change of a town's register run at a time; held until the transaction ends."""
    Municipality.objects.select_for_update().only("pk").get(pk=municipality.pk)
