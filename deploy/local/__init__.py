"""What stands behind `make`, by the standard library alone, as nothing is installed yet."""
