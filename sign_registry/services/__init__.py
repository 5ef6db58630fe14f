"""Verbs of the sign registry."""
