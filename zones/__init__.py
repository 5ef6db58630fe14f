"""Municipalities, their zones, streets and addresses, and what lies where."""
