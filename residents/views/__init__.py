"""Pages of registration, of one's own data, and of the desk."""
