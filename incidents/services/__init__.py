"""Verbs of reports. `recording.record` is the only way a report changes."""
