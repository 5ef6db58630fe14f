"""Reports for other programs: Open311 GeoReport v2."""
