"""Shared spaces of reference and query, and the maps."""
