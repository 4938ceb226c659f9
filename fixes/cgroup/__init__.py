"""Control groups: one tree, managed in one way."""
