"""Pictures of figures: plain values in, a matplotlib Figure out; no pyplot, no database."""

from satisfaction.charts.canvas import Caption, Shape
from satisfaction.charts.dots import Row, dot_intervals
from satisfaction.charts.ground import Area, Layer, surface_map, zone_map
from satisfaction.charts.saving import FORMATS, save
from satisfaction.charts.strip import distribution
from satisfaction.charts.trend import Pin, Point, trend

__all__ = [
    "FORMATS",
    "Area",
    "Caption",
    "Layer",
    "Pin",
    "Point",
    "Row",
    "Shape",
    "distribution",
    "dot_intervals",
    "save",
    "surface_map",
    "trend",
    "zone_map",
]
