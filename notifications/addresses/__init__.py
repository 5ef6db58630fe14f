"""Addresses, one module for each group of users."""
