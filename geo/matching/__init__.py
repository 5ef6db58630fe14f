"""Text of addresses made comparable: letters, words, numbers and their parts; no register."""
