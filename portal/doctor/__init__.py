"""Looks an installation over and names the cure of what it finds; it changes nothing."""
