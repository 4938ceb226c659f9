"""Words of a filter: all must stand in the text, in any case and any order."""

from __future__ import annotations

import pytest

from tui.lines.filtering import matches


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("", "anything", True),
        ("   ", "", True),
        ("POD web", "k8s.io web-pod-1", True),
        ("web pod", "k8s.io pod-web-1", True),
        ("web db", "k8s.io web-1", False),
        ("web", "", False),
    ],
)
def test_every_word_must_stand_in_the_text(words: str, text: str, expected: bool) -> None:
    assert matches(words, text) is expected
