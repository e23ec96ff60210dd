"""Labels travelling along the anchors."""
