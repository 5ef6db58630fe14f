"""Ratings are anonymous: shown on a whole installation with real servers, not on a promise."""
