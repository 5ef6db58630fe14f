"""Consultations as pages show them."""
