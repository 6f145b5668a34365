"""The scheduler: obeys, asks, judges and records, in one thread."""
