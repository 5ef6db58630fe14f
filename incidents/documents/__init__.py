"""Papers about reports, drawn from words; no ORM."""
