"""What a filter's words match."""

from __future__ import annotations


def matches(words: str, text: str) -> bool:
    """Whether every word stands in the text, in any case and any order."""
    low = text.lower()
    return all(word in low for word in words.lower().split())
