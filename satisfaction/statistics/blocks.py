"""The rule by which votes are released: whole weeks, at least ten at once, each vote once."""

#: The fewest votes any published figure may be about; it binds staff too.
LEAST_VOTES = 10
