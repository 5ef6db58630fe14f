"""Programs that try to find out who lives where, and the guesses they are held against."""
