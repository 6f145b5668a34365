"""The run directory: everything that happened, and where it lies."""
