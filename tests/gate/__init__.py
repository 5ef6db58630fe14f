"""Proof that every gate of `make check` can fail."""
