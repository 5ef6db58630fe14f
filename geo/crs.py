"""Coordinate reference systems: the stored one, and the way of outside shapes into it."""

STORAGE_SRID = 4326
