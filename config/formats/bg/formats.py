"""Bulgarian dates: in figures with “г.”, since Django writes months with a capital letter."""

DATE_FORMAT = "d.m.Y г."
DATETIME_FORMAT = "d.m.Y г., H:i"
SHORT_DATE_FORMAT = "d.m.Y"
# Thousands stand apart, with a space that keeps the number on one line.
THOUSAND_SEPARATOR = "\xa0"
NUMBER_GROUPING = 3
