"""Everything that is public about one area, as a page and as a PDF."""
