"""Proposers: what turns a parent into a child."""
