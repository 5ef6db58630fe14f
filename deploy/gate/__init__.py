"""Small checks that `make check` runs and that no ready-made tool does."""
