"""From files to plain rows of sites and categories; no ORM here."""
