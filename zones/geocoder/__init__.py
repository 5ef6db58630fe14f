"""Address search over the register: text to point, point to text, and suggestions while typing."""

from geo.matching import Precision
from zones.geocoder.answers import Answer, Suggestion
from zones.geocoder.geocoder import RegisterGeocoder, geocode_text, reverse_point, suggest
from zones.geocoder.outside import OutsideGeocoderError

__all__ = [
    "Answer",
    "OutsideGeocoderError",
    "Precision",
    "RegisterGeocoder",
    "Suggestion",
    "geocode_text",
    "reverse_point",
    "suggest",
]
