"""`fie-tui serve`: a run on a web page, read-only."""
