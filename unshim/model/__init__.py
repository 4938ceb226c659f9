"""Nouns, data only: a node and its facts, checks and their results, fixes and their steps."""
