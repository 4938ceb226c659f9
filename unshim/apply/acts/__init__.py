"""What the kinds of steps do to a machine, what they note before it, and how it is undone."""
