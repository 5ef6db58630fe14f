"""Geometry without towns: libraries, CRS, metres, intake, matching; no models, no town facts."""
