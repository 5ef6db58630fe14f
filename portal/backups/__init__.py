"""Backups of the whole installation, and its return from them to a moment."""
