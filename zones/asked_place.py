"""The place that a list is asked for: a zone, an address, or both; nothing of it is kept."""

from django.contrib.gis.geos import GEOSGeometry, Point
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from geo.crs import STORAGE_SRID
from zones.geocoder import OutsideGeocoderError, geocode_text
from zones.models import Zone, ZoneShape
from zones.views import TownView

LONGEST_QUESTION = 200


class AskedPlaceView(TownView):
    """A list that `?zone=` and `?q=` narrow to a place."""

    @cached_property
    def asked_words(self) -> str:
        """An address as somebody typed it."""
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION]

    @cached_property
    def asked_zone(self) -> Zone | None:
        """The zone of the address bar; an unknown one is not found."""
        asked = self.request.GET.get("zone", "")
        if not asked:
            return None
        if not asked.isdecimal() or len(asked) > 12:
            raise Http404
        own = Zone.objects.in_municipality(self.municipality).areas()
        return get_object_or_404(own, pk=int(asked))

    @cached_property
    def asked_point(self) -> Point | None:
        """Where the typed address lies; nothing for one that nobody knows."""
        if not self.asked_words:
            return None
        try:
            found = geocode_text(self.municipality, self.asked_words, limit=1)
        except OutsideGeocoderError:
            return None
        if not found:
            return None
        return Point(found[0].longitude, found[0].latitude, srid=STORAGE_SRID)

    @property
    def asked_shapes(self) -> list[GEOSGeometry]:
        """What was asked for, as shapes; rows belong that meet each of them."""
        shapes = ZoneShape.objects.filter(zone=self.asked_zone).in_force(self.today)
        zone = shapes.values_list("geometry", flat=True).first() if self.asked_zone else None
        return [shape for shape in (zone, self.asked_point) if shape is not None]
