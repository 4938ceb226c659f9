"""Fixes rehearsed, carried out, verified and undone."""
