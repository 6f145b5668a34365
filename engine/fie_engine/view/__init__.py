"""A run as front ends show it, folded from its events, and its events in words."""
