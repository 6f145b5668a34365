"""The board, the line mode and the command line of fie-tui."""

__version__ = "0.1.0"
