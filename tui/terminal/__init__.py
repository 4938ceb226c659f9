"""What the terminal can do, and how it is left as it was found."""
