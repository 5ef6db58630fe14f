"""Addresses of consultations, one module for each group of users."""
