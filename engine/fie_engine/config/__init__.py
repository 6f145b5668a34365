"""What a run is told: read, checked, written down."""
