"""The query's own accessibility space."""
