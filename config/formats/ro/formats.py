"""Romanian dates: in figures, since Django writes months with a capital letter."""

DATE_FORMAT = "d.m.Y"
DATETIME_FORMAT = "d.m.Y, H:i"
