"""Regions of a screen: each owns its DOM, its events and its state."""
