"""The board's panels, each drawn line by line."""
