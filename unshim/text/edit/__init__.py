"""Edits of configuration that change one thing and leave every other byte alone. Pure functions."""
