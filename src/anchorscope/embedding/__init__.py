"""The space both data sets share, and the maps."""
