"""The board's keys, and what each does."""
