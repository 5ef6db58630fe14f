"""Open geodata: what is asked, what is answered, and that programs of others read all of it."""
