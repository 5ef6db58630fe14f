"""Hostile and broken geometry with the verdict each piece must get; made by make.py."""
