"""What a filter's words match."""

from __future__ import annotations


def matches(words: str, text: str) -> bool:
    """Whether every word stands in the text, in any case and any order."""
    low = text.lower()
    return all(word in low for word in words.lower().split())


def nearness(words: str, name: str, more: str = "") -> int | None:
    """How far a name is from the words, the least for the nearest; None where a word matches
    neither it nor what stands beside it. In a name its letters may stand a little apart."""
    total = 0
    for word in words.lower().split():
        far = _distance(word, name.lower())
        if far is None and word in more.lower():
            far = 1000
        if far is None:
            return None
        total += far
    return total


def _distance(word: str, text: str) -> int | None:
    """0 at the start of a word, more within one, most where other letters stand between."""
    at = text.find(word)
    if at >= 0:
        return 0 if at == 0 or not text[at - 1].isalnum() else 10
    nearest = None
    for start in range(len(text)):
        place = start - 1
        for letter in word:
            place = text.find(letter, place + 1)
            if place < 0:
                return nearest
        spread = place - start - len(word)
        if spread <= len(word) and (nearest is None or 100 + spread < nearest):
            nearest = 100 + spread
    return nearest
