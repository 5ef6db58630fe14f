"""Alternatives of a drawing as what a vote without money chooses between."""

from decimal import Decimal
from functools import reduce

from django.contrib.gis.geos import GEOSGeometry

from consultations.models import BudgetProject, Process, ProjectLayer

#: What each counts for: of a "budget" of so many winners each takes one.
ONE = Decimal(1)


def put_on_ballot(process: Process) -> None:
    """Put each alternative on the ballot once, with its words and all of its places.

    What the town put there by hand stays, and counts for one as well. Called before the lot is
    drawn; called again it brings words and places up to date.
    """
    layers = ProjectLayer.objects.filter(process=process, kind=ProjectLayer.Kind.ALTERNATIVE)
    for layer in layers.prefetch_related("parts").order_by("position", "pk"):
        BudgetProject.objects.update_or_create(
            process=process,
            code=layer.code,
            defaults={
                "names": layer.names,
                "texts": layer.descriptions,
                "geometry": _places(layer),
                "cost": ONE,
                "state": BudgetProject.State.FEASIBLE,
            },
        )
    BudgetProject.objects.filter(process=process).on_ballots().update(cost=ONE)


def _places(layer: ProjectLayer) -> GEOSGeometry | None:
    shapes = [part.geometry for part in layer.parts.all()]
    return reduce(lambda one, other: one.union(other), shapes) if shapes else None
