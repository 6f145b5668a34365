"""`fie-tui bench`: kernels judged side by side, outside a run."""
