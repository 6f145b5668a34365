"""A candidate's way through its judging."""
