"""How far to trust the result."""
