"""The processes and threads around a board: start, feed, part, close."""
