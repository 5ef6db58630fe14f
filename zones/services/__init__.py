"""The verbs of the ground: founding towns, loading zones, streets, addresses and places.

Each module is imported by its own name: the importers draw in GeoPandas, which no page needs.
"""
