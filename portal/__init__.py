"""What crosses apps: pages of a town, health, set-up of the database, demo; no nouns of its own."""
