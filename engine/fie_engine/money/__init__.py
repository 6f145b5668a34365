"""What a run costs, may cost and gets for it."""
