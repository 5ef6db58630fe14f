"""Background work on figures: each task hands over to one service and decides nothing."""
