"""Islands of candidates: who is kept, who is a parent, who migrates."""
