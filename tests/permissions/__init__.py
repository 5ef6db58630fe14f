"""Who may open what: one table for every address, and the tests that hold the program to it."""
