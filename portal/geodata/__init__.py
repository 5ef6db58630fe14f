"""Open geodata of a town: every app's public rows, asked for and written by the OGC's standards.

Imports go one way: systems <- asking, writing <- documents, interface <- the views.
"""
