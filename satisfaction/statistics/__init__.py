"""The arithmetic behind every published figure: arrays in, arrays out; no Django, no database."""

#: Version of the method; a change of any published number raises it (docs/statistics.md).
METHOD = "1"
