"""People and how they sign in; knows nothing of towns."""
