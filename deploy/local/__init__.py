"""What stands behind `make`: plain Python 3.11, standard library only, as nothing is installed yet."""
