"""Verbs of consultations, one module for what belongs together."""
