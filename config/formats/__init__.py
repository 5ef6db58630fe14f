"""Forms of dates that differ from those Django brings, by language."""
