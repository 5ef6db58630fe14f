"""The page on which a choice of figures is cited and taken away: what there is, and where."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from satisfaction.charts import FORMATS, Shape
from satisfaction.present.pictures import LABELS, available
from satisfaction.present.publication import Publication
from satisfaction.sentences import invented, period_label, sentence

SHAPES = ((Shape.WIDE, _("Wide, 16:9")), (Shape.SQUARE, _("Square, 1:1")))
TABLES = ("csv", "geojson", "parquet")


def page_of(publication: Publication) -> dict[str, Any]:
    """Everything the page shows."""
    selection, fact = publication.selection, publication.fact
    language = publication.language
    said = sentence(fact, language) if fact else ""
    return {
        "selection": selection,
        "query": selection.query(),
        "period": period_label(publication.period, language),
        "title": publication.title,
        "sentence": said,
        "citation": publication.citation,
        "copied": "\n".join(part for part in (said, publication.citation) if part),
        "embargo": publication.embargo,
        "invented": invented(language) if publication.is_synthetic else "",
        "site": publication.site.site if publication.site else None,
        "pictures": [
            {
                "label": LABELS[what],
                # The same address as that of the file, so that what was seen is not drawn again.
                "preview": _address(publication, "picture", "png", what=what, shape=Shape.WIDE),
                "shapes": [
                    {
                        "label": label,
                        "formats": _formats(publication, FORMATS, what=what, shape=shape),
                    }
                    for shape, label in SHAPES
                ],
            }
            for what in available(publication)
        ],
        "tables": [(form.upper(), _table(publication, form)) for form in TABLES],
        "text": _with_query(publication, _base(publication, "press_text")) if fact else "",
        "file_languages": [
            {
                "code": code,
                "name": name,
                "url": "?" + selection.query(site=_site(publication), lang=code),
                "is_chosen": code == language,
            }
            for code, name in settings.LANGUAGES
        ],
    }


def _site(publication: Publication) -> str:
    return str(publication.site.site_id) if publication.site else ""


def _base(publication: Publication, name: str, **kwargs: str) -> str:
    slug = publication.selection.municipality.slug
    return reverse(f"satisfaction:{name}", kwargs={"slug": slug, **kwargs})


def _with_query(publication: Publication, path: str, **others: str) -> str:
    query = publication.selection.query(
        site=_site(publication), lang=publication.language, **others
    )
    return f"{path}?{query}"


def _address(publication: Publication, kind: str, form: str, **others: str) -> str:
    return _with_query(publication, _base(publication, f"press_{kind}", form=form), **others)


def _table(publication: Publication, form: str) -> str:
    return _with_query(publication, _base(publication, f"press_table_{form}"))


def _formats(
    publication: Publication, forms: Iterable[str], **others: str
) -> list[tuple[str, str]]:
    return [(form.upper(), _address(publication, "picture", form, **others)) for form in forms]
