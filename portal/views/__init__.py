"""Pages of a town: each parses, checks the right, calls one verb or question, and renders."""
