"""How a worker ends, as its exit code."""

APPLIED, UNDONE, INCOMPLETE, REFUSED = 0, 4, 5, 6
"""As asked; failed and undone; failed and not wholly undone; refused with nothing changed."""
