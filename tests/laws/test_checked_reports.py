"""Each recorded node has the report that a person checked, line by line, beside it.

After a change that is meant: UNSHIM_UPDATE=1, then read what git says has changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from unshim.judge.verdict import verdict
from unshim.model.checks import Outcome
from unshim.report.as_text import as_text
from unshim.report.formats import Contents

from .nodes import FIXES, FOLDER, NAMES, look

UPDATE = os.environ.get("UNSHIM_UPDATE") == "1"


def _report(name: str) -> Iterator[str]:
    """The text report, then what every check came to."""
    seen = look(name)
    contents = Contents(seen, verdict(seen, FIXES), FIXES, {}, width=100)
    yield from (line.text for line in as_text(contents))
    yield ""
    for outcome in Outcome:
        ids = [r for r in seen.results if r.outcome is outcome]
        if outcome in (Outcome.PASS, Outcome.FAIL):
            yield f"{outcome}: {', '.join(r.check.id for r in ids) or 'none'}"
        else:
            yield from (f"{outcome}: {r.check.id}: {r.reason}" for r in ids)


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_the_one_that_was_checked(name: str) -> None:
    file = FOLDER / name / "report.txt"
    told = "\n".join(_report(name)) + "\n"
    if UPDATE:
        file.write_text(told)
    assert file.read_text() == told
