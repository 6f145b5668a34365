"""`fie-tui report`: a run's story as documents."""
