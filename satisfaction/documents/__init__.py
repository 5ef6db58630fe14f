"""Figures as printed pages."""
