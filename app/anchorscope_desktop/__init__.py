"""The window of Anchorscope: it shows and asks, and computes nothing."""
