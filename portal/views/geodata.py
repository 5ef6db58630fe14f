"""Open geodata by OGC API - Features: landing page, collections, features, filters."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.geodata.asking import (
    LARGEST_KEY,
    OF_ITEM,
    USUAL_LIMIT,
    Question,
    asked_rows,
    only_known,
    queryables,
    question_of,
    system_of,
)
from portal.geodata.documents import (
    GEOJSON,
    OPENAPI,
    SCHEMA,
    Document,
    Page,
    collection_document,
    collections,
    conformance,
    feature_document,
    item_document,
    items_document,
    landing,
    queryables_document,
)
from portal.geodata.interface import interface
from portal.geodata.systems import CRS84, System, written_in
from portal.views.geodata_base import GeodataView
from zones.published import Collection, Feature

#: Rows of a page that somebody reads.
LISTED = 25
#: Degrees of ground around one of them: some two hundred metres.
AROUND = 0.002


class LandingView(GeodataView):
    """Where programs and people begin."""

    template_name = "portal/geodata/landing.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Links to everything."""
        self.only_form()
        return self.answer(landing(self.municipality, self.at), collections=self.collections)


class ConformanceView(GeodataView):
    """Standards that are kept."""

    template_name = "portal/geodata/conformance.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Their names."""
        self.only_form()
        return self.answer(conformance(self.at))


class InterfaceView(GeodataView):
    """The interface as OpenAPI 3.0."""

    template_name = "portal/geodata/api.html"
    media_type = OPENAPI

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Every address with its parameters."""
        self.only_form()
        document = interface(self.municipality, self.collections, self.systems, self.at)
        return self.answer(document, collections=self.collections)


class DescribedView(GeodataView):
    """What pages about collections share."""

    def described(self, collection: Collection) -> Document:
        """One collection with its sources; one query more where it has any."""
        sources = list(collection.sources or [])
        return collection_document(collection, self.at, self.systems, self.bbox, sources)


class CollectionsView(DescribedView):
    """What the town publishes."""

    template_name = "portal/geodata/collections.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """All collections."""
        self.only_form()
        described = [self.described(one) for one in self.collections]
        return self.answer(collections(self.at, described))


class CollectionView(DescribedView):
    """One collection."""

    template_name = "portal/geodata/collection.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """What it is and how it is asked."""
        self.only_form()
        document = self.described(self.collection)
        return self.answer(document, collection=self.collection)


class QueryablesView(GeodataView):
    """What rows can be asked for by."""

    template_name = "portal/geodata/queryables.html"
    media_type = SCHEMA

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The filters as JSON Schema."""
        self.only_form()
        document = queryables_document(self.collection, self.at)
        return self.answer(
            document, collection=self.collection, filters=queryables(self.collection)
        )


class FeaturesView(GeodataView):
    """What one feature and many share: the system they are written in."""

    media_type = GEOJSON

    def written(self, features: list[Feature], system: System) -> list[Document]:
        """Features of GeoJSON in a system; a page is always drawn in CRS84."""
        shapes = written_in(CRS84 if self.is_page else system, [one.geometry for one in features])
        return [
            feature_document(one.number, shape, one.values)
            for one, shape in zip(features, shapes, strict=True)
        ]

    def in_system(self, system: System, response: HttpResponseBase) -> HttpResponseBase:
        """Name the system, as Part 2 asks."""
        if not self.is_page:
            response["Content-Crs"] = f"<{system.uri}>"
        return response


class ItemsView(FeaturesView):
    """Features, page by page; the next one begins after a row, so that none is lost or doubled."""

    template_name = "portal/geodata/items.html"

    @cached_property
    def question(self) -> Question:
        """What is asked for."""
        return question_of(
            self.request.GET,
            self.collection,
            self.systems,
            self.municipality.timezone,
            LISTED if self.is_page else USUAL_LIMIT,
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """One page: a count, the rows, and what each collection reads along with them."""
        asked, own = self.question, self.collection
        rows = asked_rows(own, asked, self.municipality.timezone)
        matched = rows.count()
        if asked.after is not None:
            rows = rows.filter(**{f"{own.key}__gt": asked.after})
        found = list(rows[: asked.limit + 1])
        features = own.features(found[: asked.limit])
        is_more = len(found) > asked.limit
        page = Page(
            features=self.written(features, asked.system),
            matched=matched,
            own=request.build_absolute_uri(),
            next_page=self._after(features[-1].number) if is_more else "",
        )
        document = items_document(own, self.at, page)
        context = {"collection": own, "page": page, **_shown(features, page.features)}
        return self.in_system(asked.system, self.answer(document, **context))

    def _after(self, number: int) -> str:
        """The same question, from the row after this one on."""
        given: QueryDict = self.request.GET.copy()
        given["cursor"] = str(number)
        path = f"{self.request.path}?{given.urlencode()}"
        return str(self.request.build_absolute_uri(path))


class ItemView(FeaturesView):
    """One feature under its lasting number."""

    template_name = "portal/geodata/item.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The feature, 404 once it is no longer public."""
        own, number = self.collection, self.kwargs["feature"]
        only_known(request.GET, OF_ITEM)
        system = system_of(request.GET, "crs", self.systems)
        rows = own.rows.filter(**{own.key: number}) if number <= LARGEST_KEY else own.rows.none()
        features = own.features(list(rows[:1]))
        if not features:
            raise Http404(_("There is no such row, or it is not public any more."))
        (feature,) = self.written(features, system)
        document = item_document(own, self.at, feature, request.build_absolute_uri())
        context = {"collection": own, **_shown(features, [feature]), **self._alone(features[0])}
        return self.in_system(system, self.answer(document, **context))

    def _alone(self, feature: Feature) -> dict[str, Any]:
        """What the page of one row shows beside its title: each value, its shape, its ground."""
        columns = {one.name: one for one in self.collection.columns}
        shown = {"table": [(columns[name], value) for name, value in feature.values.items()]}
        if feature.geometry is None:
            return shown
        role = "area" if feature.geometry.dims == 2 else "thing"  # an area
        shape = {
            "type": "Feature",
            "properties": {"role": role},
            "geometry": written_in(CRS84, [feature.geometry])[0],
        }
        return {
            **shown,
            "shapes": {"type": "FeatureCollection", "features": [shape]},
            "bbox": feature.geometry.buffer(AROUND).extent,
            "limits": self.bbox,
        }


def _shown(features: list[Feature], written: list[Document]) -> dict[str, Any]:
    """Rows as a list beside a map shows them: numbered, each with a point to stand at."""
    rows: list[dict[str, Any]] = []
    for place, (one, document) in enumerate(zip(features, written, strict=True), 1):
        middle = one.geometry.point_on_surface if one.geometry else None
        values = document["properties"]
        rows.append(
            {
                "number": place,
                "id": one.number,
                "title": values.get("name") or values.get("label") or one.number,
                "values": values,
                "place": list(middle.coords[:2]) if middle else None,
            }
        )
    places = [{"number": row["number"], "place": row["place"]} for row in rows if row["place"]]
    return {"rows": rows, "places": places}
