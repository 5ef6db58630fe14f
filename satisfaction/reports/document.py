"""The file around a map: its words, scripts, style and a policy that forbids it to ask anybody.

branca compiles what a layer wrote as a template once more, so a name in a layer would be run as a
program on our server; folium sets names as markup. Hence no text of a town ever enters a layer:
layers get numbers and keys, and all words go through Django's template, which escapes them.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from branca.element import Element, Figure
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from satisfaction.reports.addresses import foreign_addresses
from satisfaction.reports.values import About

#: The heat layer that folium brings with it, mended there so that weights count.
HEAT = "leaflet_heat.min.js"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_POLICY_GOES_HERE = "report-policy-goes-here"


class NotSelfContainedError(Exception):
    """A report map names an address outside itself; it is not handed out."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of the legend: how it is drawn and what it means."""

    fill: str
    label: str
    shape: str = "area"  # or "place", "line"


@dataclass(frozen=True, slots=True)
class Table:
    """The map as words: the same rows for those who do not see it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is said on a map; all of it is escaped on its way into the file.

    `by_key` are the lines shown at a shape; `steps` are the periods of a map through time.
    """

    title: str
    lead: str
    legend: Sequence[LegendEntry]
    table: Table
    by_key: Mapping[str, Sequence[str]] = field(default_factory=dict)
    steps: Sequence[Mapping[str, Any]] = ()


def written(drawn: Element, words: Words, about: About, *, libraries: Sequence[str] = ()) -> str:
    """The whole file as HTML.

    Raises:
        NotSelfContainedError: something in it would ask another address.
    """
    figure = drawn.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("A map that stands in no page cannot be written.")
    figure.render()
    drawing = f"megdanReport.whenWide(() => {{\n{figure.script.render()}\n}});"
    page: str = render_to_string(
        "satisfaction/reports/report.html",
        {
            "about": about,
            "words": words,
            "data": {"words": words.by_key, "steps": words.steps},
            "last_step": len(words.steps) - 1,
            "policy": _POLICY_GOES_HERE,
            "style": _trusted(asset("report.css")),
            "scripts": [_trusted(asset(name)) for name in ("leaflet.js", *libraries)],
            "drawing": _trusted(figure.html.render()),
            "layers": _trusted(f"{asset('report.js')}\n{drawing}"),
        },
    )
    finished = page.replace(_POLICY_GOES_HERE, policy_of(page), 1)
    if found := foreign_addresses(finished):
        raise NotSelfContainedError(", ".join(found))
    return finished


def policy_of(page: str) -> str:
    """What a report may do: run the scripts and styles that stand in it, and load nothing.

    It travels in the file, so that a copy on somebody's desk asks nobody either.
    """
    scripts = " ".join(_hash(code) for code in _SCRIPT.findall(page))
    styles = " ".join(_hash(code) for code in _STYLE.findall(page))
    return f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:"


@cache
def asset(name: str) -> str:
    """A built file of the front end, or of folium, as text."""
    if name == HEAT:
        return files("folium").joinpath("templates", HEAT).read_text("utf-8")
    found = finders.find(name)
    if not found:
        raise ImproperlyConfigured(
            f"{name} is missing. Build the front end: npm ci && npm run build, in frontend/."
        )
    return Path(str(found)).read_text("utf-8")


def _hash(code: str) -> str:
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _trusted(code: str) -> SafeString:
    return mark_safe(code)  # noqa: S308 - our own scripts, and layers that hold only numbers
