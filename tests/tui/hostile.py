"""Node text as an enemy would write it: escapes, clipboard writes, markup, marks that reorder."""

from __future__ import annotations

from tests.tui.by_hand import fail
from unshim.model.checks import Evidence, Finding, Severity
from unshim.model.live import TaskRow, Usage
from unshim.model.values import Origin, Source

WORST = (
    "\x1b]52;c;RVZJTA==\x07 \x1b]0;EVIL\x07 \x1b[2JCLEARED \x9b2J \x90q\x9c "
    "[/foo] [@click=app.quit]x[/] [bold]b[/] \u202etxt.exe \u2066 \udcff \ufeff\r\n\x08\x7f"
)

RESULT = fail(
    "hostile-names",
    Severity.ERROR,
    f"A label says {WORST}",
    "images",
    Finding(
        WORST,
        (Evidence(WORST, WORST, WORST, Source(Origin.FILE, WORST, 1)),),
        WORST,
    ),
)

TASK = TaskRow(
    WORST,
    WORST,
    1,
    WORST,
    WORST,
    f"ns/{WORST}",
    WORST,
    False,
    None,
    Usage(99.0, 1, 1, 1, 1.0, 1.0),
    "",
)
