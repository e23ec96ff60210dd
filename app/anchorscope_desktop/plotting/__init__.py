"""Drawing: colours, themes, and the few kinds of picture that the views are made of."""
