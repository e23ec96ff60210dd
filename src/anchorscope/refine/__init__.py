"""Labels taught to the query's own space by two views of it, with probabilities that mean what they say."""
