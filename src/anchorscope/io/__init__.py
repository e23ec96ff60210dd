"""Files to `Reference` and `Query`: what was recognised, or one sentence that says why not."""
