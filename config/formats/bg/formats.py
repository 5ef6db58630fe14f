"""Bulgarian dates: in figures with “г.”, since Django writes months with a capital letter."""

DATE_FORMAT = "d.m.Y г."
DATETIME_FORMAT = "d.m.Y г., H:i"
SHORT_DATE_FORMAT = "d.m.Y"
