"""The public reading interface of a town's register, /api/<slug>/v1/; it writes nothing.

Imports go one way: problems, parameters <- filters, serializers, renderers <- views <- urls.
"""
