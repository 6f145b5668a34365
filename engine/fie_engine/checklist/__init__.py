"""How far a kernel has come with its definition's optimisations, read from its text and profile."""
