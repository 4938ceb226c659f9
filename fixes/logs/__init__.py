"""Logs of containers."""
