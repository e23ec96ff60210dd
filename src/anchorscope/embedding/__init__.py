"""The space both data sets share, and the maps."""

DRAW_COMMAND = "draw-maps"
"""The word that makes the command line act as the process that draws maps; not for users."""
