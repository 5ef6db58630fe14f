"""Measure Megdan beside its peers; nothing here is imported by the product."""
