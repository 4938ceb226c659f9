"""How a thing is told in cells."""
