"""Pages of the sign registry: thin edges."""
