"""One sign for one meaning: what failed by its severity, the rest by its outcome."""

from __future__ import annotations

import pytest

from unshim.model.checks import Outcome, Severity
from unshim.tell import signs


@pytest.mark.parametrize(
    ("outcome", "severity", "sign"),
    [
        (Outcome.FAIL, Severity.ERROR, signs.ERROR),
        (Outcome.FAIL, Severity.WARNING, signs.WARNING),
        (Outcome.FAIL, Severity.INFO, signs.NOTE),
        (Outcome.FAIL, None, signs.ERROR),
        (Outcome.PASS, None, signs.PASS),
        (Outcome.PASS, Severity.ERROR, signs.PASS),
        (Outcome.UNKNOWN, None, signs.UNKNOWN),
        (Outcome.ERROR, None, signs.UNKNOWN),
        (Outcome.NOT_APPLICABLE, None, signs.NOT_APPLICABLE),
    ],
)
def test_the_sign_of_an_outcome(
    outcome: Outcome, severity: Severity | None, sign: tuple[str, object]
) -> None:
    assert signs.of(outcome, severity) == sign


def test_no_two_meanings_share_a_sign_and_each_is_one_cell() -> None:
    glyphs = [glyph for (glyph, _), _ in signs.MEANINGS]
    assert len(set(glyphs)) == len(glyphs)
    assert all(len(glyph) == 1 for glyph in glyphs)


def test_nothing_at_all_is_a_pass() -> None:
    assert signs.of_severity(None) == signs.PASS
    assert signs.of_severity(Severity.INFO) == signs.NOTE
