"""Verbs of this app, one module each."""
