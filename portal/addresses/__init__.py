"""Addresses of larger parts of the portal, a module each."""
