"""One linked picture each; views know the state, never each other."""
