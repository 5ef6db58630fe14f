"""Residents: who registered in a town, where they live, and the zones they thereby belong to."""
