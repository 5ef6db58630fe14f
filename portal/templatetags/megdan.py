"""What templates need and Django has not: names in the reader's language, lengths, areas, icons."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from portal.templatetags.icons import ICONS
from zones.names import in_language

register = template.Library()


@register.filter
def localname(value: Any) -> str:
    """Give a {language: text} mapping, or what carries one as `names`, in the reader's language."""
    names = value if isinstance(value, Mapping) else getattr(value, "names", None)
    if not isinstance(names, Mapping):
        return str(value)
    order = getattr(getattr(value, "municipality", value), "languages", ())
    return in_language(names, order)


@register.filter
def metres(value: float | None) -> str:
    """Say a length given in metres as people do: “40 m”, “1.2 km”; nothing for None."""
    if value is None:
        return ""
    if value < 995:
        return gettext("%(length)s m") % {"length": number_format(round(value))}
    return gettext("%(length)s km") % {"length": number_format(round(value / 1000, 1), 1)}


@register.filter
def square_metres(value: float | None) -> str:
    """Say an area given in square metres as hectares or square kilometres."""
    if value is None:
        return ""
    if value < 1_000_000:
        return gettext("%(area)s ha") % {"area": number_format(round(value / 10_000, 1), 1)}
    return gettext("%(area)s km²") % {"area": number_format(round(value / 1_000_000, 1), 1)}


@register.filter
def plain(value: Any) -> str:
    """Write a number, or numbers joined by commas, for a data attribute: never localised."""
    if value is None or value == "":
        return ""
    if isinstance(value, list | tuple):
        return ",".join(plain(part) for part in value)
    return repr(float(value))


@register.filter
def monogram(value: Any) -> str:
    """First letter of a town's name, for the shield shown until it uploads its arms."""
    return localname(value)[:1].upper()


@register.filter
def get_item(mapping: Mapping[str, Any], key: str) -> Any:
    """Look a key up in a mapping; empty text when it is not there."""
    return mapping.get(key, "")


@register.filter
def has_invented(rows: Iterable[Mapping[str, Any]] | None) -> bool:
    """Whether any of some rows has an invented shape, which the map must then say."""
    return any(row["is_synthetic"] for row in rows or ())


@register.filter
def ids(rows: Iterable[Mapping[str, Any]] | None) -> str:
    """Ids of rows joined by spaces, never localised, for a data attribute."""
    return " ".join(str(row["id"]) for row in rows or ())


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a decorative icon; the words beside it carry the meaning."""
    drawing = mark_safe(ICONS[name])  # noqa: S308 - our own constant, no input reaches it
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        drawing,
    )


@register.simple_tag
def precision_words(code: str) -> str:
    """Say how exactly a search result is known; a centre is never called an address."""
    return {
        "address": pgettext("precision", "exact address"),
        "interpolated": pgettext("precision", "between two house numbers"),
        "street": pgettext("precision", "somewhere on the street"),
        "block": pgettext("precision", "block of flats"),
        "quarter": pgettext("precision", "centre of the quarter"),
        "settlement": pgettext("precision", "centre of the settlement"),
    }.get(code, "")


@register.simple_tag
def place_link(row: Mapping[str, Any] | None) -> SafeString:
    """Link a row with `name` and `url`, to stand inside a translated sentence."""
    if not row:
        return SafeString("")
    return format_html('<strong><a href="{}">{}</a></strong>', row["url"], row["name"])


@register.simple_tag
def zone_links(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Link the zones of a place, each with its kind in brackets, to stand inside a sentence."""
    return format_html_join(
        ", ",
        '{} <span class="soft">({})</span>',
        ((place_link(row), row["kind_label"].lower()) for row in rows or ()),
    )
