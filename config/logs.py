"""Writes logs as JSON lines that carry only allowed fields, so no person can be read from a log."""

from typing import Any

import structlog
from structlog.typing import EventDict, Processor

# A new field is added here on purpose, after asking: can it name a person, an address or a device?
ALLOWED_FIELDS = frozenset(
    {
        "event",
        "level",
        "logger",
        "timestamp",
        "exception",
        "municipality",
        "status_code",
        "task",
        "kind",
        "layer",
        "edition",
        "rows",
        "changed",
        "seconds",
        "attempt",
        "code",
    }
)


def keep_allowed_fields(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Drop each field that the list above does not name, and say how many were dropped."""
    kept = {key: value for key, value in event.items() if key in ALLOWED_FIELDS}
    left_out = len(event) - len(kept) - sum(key.startswith("_") for key in event)
    if left_out:
        kept["dropped"] = left_out
    return kept


def _shared_processors() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def logging_config(*, level: str) -> dict[str, Any]:
    """Configure structlog, and answer with the `LOGGING` dictionary for the standard library."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared_processors(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    keep_allowed_fields,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Their INFO lines quote paths and queries, which can hold what people typed.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "WARNING"},
            # Tells folders and fonts of the machine each time a process starts.
            "matplotlib": {"level": "ERROR"},
        },
    }
