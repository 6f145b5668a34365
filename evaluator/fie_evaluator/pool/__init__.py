"""Evaluators: places to judge at, here or on a Ray cluster."""
