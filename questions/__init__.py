"""Questions of residents and the town's answers, for everybody to read."""
