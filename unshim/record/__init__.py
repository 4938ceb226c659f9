"""Nodes written down and read back."""
