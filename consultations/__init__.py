"""Consultations: just the people concerned are asked, counted fairly, and answered."""
