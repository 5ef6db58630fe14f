"""Pages of reports, one module for each group of users."""
