"""Write docs/checks.md from the checks' and fixes' own texts. With --check: only compare."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from unshim.judge.declare import checks, fixes
from unshim.judge.prices import PRICES
from unshim.model.checks import Check
from unshim.model.plan import Fix

PAGE = Path(__file__).resolve().parent.parent / "docs" / "checks.md"
HEAD = """# Checks

What unshim looks for, by subject. `unshim explain ID` shows the same on the node. This page is made
from the checks themselves by `scripts/docs.py`.
"""


def page() -> str:
    """The whole page."""
    cures = {fix.check_id: fix for fix in fixes()}
    lines = [HEAD]
    subject = ""
    for check in checks():
        if check.subject != subject:
            subject = check.subject
            lines.append(f"\n## {subject}\n")
        lines += _entry(check, cures.get(check.id))
    return "\n".join(lines).rstrip() + "\n"


def _entry(check: Check, fix: Fix | None) -> Iterator[str]:
    yield f"### {check.id}\n"
    yield f"**{check.title}.** At most {check.severity}.\n"
    for paragraph in check.explanation.split("\n\n"):
        yield " ".join(paragraph.split()) + "\n"
    yield f"*Remedy:* {check.remedy}\n"
    if fix is not None:
        told = " ".join(fix.explanation.split())
        yield f"*Fix:* {fix.title} ({PRICES[fix.disturbs]}). {told}\n"


def main() -> int:
    text = page()
    if "--check" in sys.argv:
        return int(PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
