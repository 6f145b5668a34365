"""Clocks, their noise, and what the device could reach at most."""
