"""Write what docs hold of checks, fixes and facts from their own texts. With --check: compare."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from unshim.facts.subjects import SUBJECTS
from unshim.judge.discover import catalogue
from unshim.judge.disturbs import at_most
from unshim.model.checks import Check
from unshim.model.plan import Fix

DOCS = Path(__file__).resolve().parent.parent / "docs"
TABLE = "| subject | what it holds |\n|---|---|\n"
HEAD = """# Checks

What unshim looks for, by subject. `unshim explain ID` shows the same on the node. This page is made
from the checks themselves by `scripts/docs.py`.
"""


def facts_page(page: str) -> str:
    """docs/facts.md with the table of subjects as they are declared."""
    head, _, rest = page.partition(TABLE)
    rows = "".join(f"| {subject.word} | {subject.holds} |\n" for subject in SUBJECTS)
    return f"{head}{TABLE}{rows}\n{rest.partition(chr(10) * 2)[2]}"


def checks_page() -> str:
    """docs/checks.md."""
    known = catalogue()
    cures = {fix.check_id: fix for fix in known.fixes}
    lines = [HEAD]
    subject = ""
    for check in known.checks:
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
        yield f"*Fix:* {fix.title} ({at_most(fix)}). {told}\n"


def main() -> int:
    facts = DOCS / "facts.md"
    pages = {
        DOCS / "checks.md": checks_page(),
        facts: facts_page(facts.read_text(encoding="utf-8")),
    }
    stale = [path for path, text in pages.items() if path.read_text(encoding="utf-8") != text]
    if "--check" not in sys.argv:
        for path in stale:
            path.write_text(pages[path], encoding="utf-8")
        stale = []
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
