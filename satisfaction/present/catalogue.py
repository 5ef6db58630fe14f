"""The open files of ratings as data sets that data portals harvest: DCAT-AP 3 in JSON-LD."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from satisfaction.facts import LICENCE_URL, Period
from satisfaction.models import OpenFile, Snapshot
from satisfaction.sentences import period_label
from zones import dcat

CONTENT_TYPES = {
    OpenFile.Format.CSV.value: "text/csv",
    OpenFile.Format.GEOJSON.value: "application/geo+json",
}
TITLES = {
    Snapshot.Span.MONTH.value: _("Satisfaction with public places by month"),
    Snapshot.Span.QUARTER.value: _("Satisfaction with public places by quarter"),
    Snapshot.Span.YEAR.value: _("Satisfaction with public places by year"),
    Snapshot.Span.ROLLING.value: _("Satisfaction with public places, last twelve months"),
}
_ABOUT = _(
    "Scores from 1 to 10 that visitors gave to public places, each with its interval. Only places "
    "with at least ten votes stand alone. The files of a period never change."
)
_INVENTED = _("The votes are invented for a demonstration.")
_EVERY = {
    Snapshot.Span.MONTH.value: "MONTHLY",
    Snapshot.Span.QUARTER.value: "QUARTERLY",
    Snapshot.Span.YEAR.value: "ANNUAL",
    Snapshot.Span.ROLLING.value: "MONTHLY",
}
_FILE_TYPES = {
    OpenFile.Format.CSV.value: "CSV",
    OpenFile.Format.GEOJSON.value: "GEOJSON",
}
Absolute = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Addresses:
    """Where the page and the files are, as whole addresses."""

    page: str
    files: Mapping[int, str]  # by the number of the file


def catalogue(setting: dcat.Setting, today: dt.date, absolute: Absolute) -> dcat.Node:
    """The catalogue of ratings alone. One query."""
    return dcat.catalogue(
        setting,
        absolute(reverse("satisfaction:open_data", args=[setting.town.slug])),
        _("Open data of ratings"),
        _ABOUT,
        dcat.reference(LICENCE_URL),
        rating_datasets(setting, today, absolute),
    )


def rating_datasets(setting: dcat.Setting, today: dt.date, absolute: Absolute) -> list[dcat.Node]:
    """One data set for each length of period, one distribution for each public file. One query.

    Args:
        absolute: makes a whole address of a path.
    """
    slug = setting.town.slug
    files = list(
        OpenFile.objects.in_municipality(setting.town)
        .public_on(today)
        .select_related("snapshot")
        .defer("packed")
        .order_by("-snapshot__until", "-snapshot__pk", "format")
    )
    addresses = _Addresses(
        page=absolute(reverse("satisfaction:open_data", args=[slug])),
        files={file.pk: absolute(file_path(slug, file)) for file in files},
    )
    by_span: dict[str, list[OpenFile]] = {}
    for file in files:
        by_span.setdefault(file.snapshot.span, []).append(file)
    return [_dataset(setting, span, by_span[span], addresses) for span in TITLES if span in by_span]


def file_path(slug: str, file: OpenFile) -> str:
    """The address of a file."""
    return reverse("satisfaction:open_file", args=[slug, file.snapshot.code, file.format])


def _dataset(
    setting: dcat.Setting, span: str, files: Sequence[OpenFile], addresses: _Addresses
) -> dcat.Node:
    snapshots = [file.snapshot for file in files]
    is_invented = any(snapshot.is_synthetic for snapshot in snapshots)
    about = format_lazy("{} {}", _ABOUT, _INVENTED) if is_invented else _ABOUT
    own = dcat.dataset(
        setting,
        f"{addresses.page}#{span}",
        f"ratings-{span}",
        TITLES[span],
        about,
        theme="GOVE",
    )
    return {
        **own,
        "dct:accrualPeriodicity": dcat.frequency(_EVERY[span]),
        "dct:temporal": dcat.period(
            min(one.first_day for one in snapshots), max(one.until for one in snapshots)
        ),
        "dct:issued": dcat.date(min(one.public_from for one in snapshots)),
        "dct:modified": dcat.date(max(one.public_from for one in snapshots)),
        "dcat:distribution": [_distribution(file, addresses) for file in files],
    }


def _distribution(file: OpenFile, addresses: _Addresses) -> dcat.Node:
    snapshot = file.snapshot
    period = Period(snapshot.span, snapshot.first_day, snapshot.until)
    titles = [
        {"@value": f"{period_label(period, code)}, {file.get_format_display()}", "@language": code}
        for code, _name in settings.LANGUAGES
    ]
    own = dcat.distribution(
        addresses.files[file.pk],
        titles,
        addresses.page,
        CONTENT_TYPES[file.format],
        _FILE_TYPES[file.format],
    )
    return {
        **own,
        "dcat:downloadURL": dcat.reference(addresses.files[file.pk]),
        "dct:license": dcat.reference(LICENCE_URL),
        "dct:issued": dcat.date(snapshot.public_from),
        "dct:temporal": dcat.period(snapshot.first_day, snapshot.until),
        **dcat.kept_bytes(file.size, file.sha256),
    }
