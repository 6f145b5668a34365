"""How the board looks: palettes, letters, figures, and what a terminal can show."""
