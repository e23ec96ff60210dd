"""One page a step of the rail; pages know the state, not each other."""
