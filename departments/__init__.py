"""Who works for a municipality, and in which role."""
