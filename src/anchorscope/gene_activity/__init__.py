"""Accessibility cast into gene space."""
