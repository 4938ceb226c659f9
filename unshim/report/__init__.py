"""One module per format; they render values and compute nothing."""
