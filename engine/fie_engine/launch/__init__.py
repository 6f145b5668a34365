"""From flags to a running engine."""
