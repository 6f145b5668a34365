"""The processes that run a candidate: forked, confined, spoken to, buried."""
