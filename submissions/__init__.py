"""What outsiders hand in, files and free text: cleaned, moderated, served by right."""
