"""Lets `python -m fie_tui` do what `fie-tui` does."""

from fie_tui.cli import main

raise SystemExit(main())
