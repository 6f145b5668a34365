"""The search: population, proposers, scheduler and the record of a run."""
