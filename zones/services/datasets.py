"""Remembering where rows came from: one data set per source, licence and date."""

from typing import Any

from django.core.exceptions import ValidationError

from zones.importing.rows import KindSpec, Source
from zones.models import Dataset, Municipality, ZoneKind


def dataset_for(municipality: Municipality, source: Source) -> Dataset:
    """Find or record the data set; its attribution and link follow the latest load.

    Raises:
        ValidationError: for a source without a name or licence.
    """
    dataset = Dataset.objects.filter(
        municipality=municipality,
        source=source.source,
        licence=source.licence,
        dated_on=source.dated_on,
    ).first() or Dataset(
        municipality=municipality,
        source=source.source,
        licence=source.licence,
        dated_on=source.dated_on,
    )
    facts = {
        "attribution": source.attribution,
        "url": source.url,
        "is_synthetic": source.is_synthetic,
    }
    if dataset.pk and all(getattr(dataset, name) == value for name, value in facts.items()):
        return dataset
    _set(dataset, facts)
    return dataset


def kind_for(municipality: Municipality, spec: KindSpec) -> ZoneKind:
    """Find or make a kind of zone; names given anew replace the stored ones."""
    kind = ZoneKind.objects.filter(municipality=municipality, code=spec.code).first()
    if kind is None:
        kind = ZoneKind(municipality=municipality, code=spec.code)
    facts = {
        "names": dict(spec.names),
        "is_partition": spec.is_partition,
        "plurals": dict(spec.plurals) or kind.plurals,
    }
    if kind.pk and all(getattr(kind, name) == value for name, value in facts.items()):
        return kind
    _set(kind, facts)
    return kind


def _set(row: Dataset | ZoneKind, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        # Constraints that compare with other rows are the database's business.
        if set(error.message_dict) - {"__all__"}:
            raise
    row.save()
