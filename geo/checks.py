"""A system check: no command and no server starts on a GDAL, PROJ or GEOS that computes wrongly."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from geo.libs import LibraryError, self_test


@register()
def libraries_compute(**_options: Any) -> list[CheckMessage]:
    """Run the self-test of geo.libs; its sentence names the cure."""
    try:
        self_test()
    except LibraryError as error:
        return [Error(str(error), id="geo.E001")]
    return []
