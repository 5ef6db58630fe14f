"""What must be set before residents are let in; run by `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def source_is_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The licence (AGPL-3.0, section 13) gives every reader of a page the right to its source."""
    if settings.MEGDAN_SOURCE_URL:
        return []
    return [
        Warning(
            "MEGDAN_SOURCE_URL is empty, so the pages do not say where their source is.",
            hint="Set it to the address of the source of the version that runs here.",
            id="megdan.W001",
        )
    ]
