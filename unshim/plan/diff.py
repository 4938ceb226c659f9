"""A file's change as people read it: a unified diff, secrets removed."""

from __future__ import annotations

from unshim.model.plan import FileDiff
from unshim.model.steps import WriteFile
from unshim.text.escape import visible
from unshim.text.redact import redact_lines


def diff_of(step: WriteFile) -> FileDiff:
    """A unified diff of one file, secrets removed; no other text of the file leaves."""
    import difflib

    def lines(data: bytes | None) -> list[str]:
        text = (data or b"").decode("utf-8", "backslashreplace").replace("\r\n", "\n")
        return text.removesuffix("\n").split("\n") if text else []

    diff = difflib.unified_diff(
        lines(step.before),
        lines(step.after),
        "/dev/null" if step.before is None else step.path,
        "/dev/null" if step.after is None else step.path,
        lineterm="",
    )
    redacted = redact_lines(list(diff))
    return FileDiff(visible(step.path), tuple(map(_visible_but_tabs, redacted)))


def _visible_but_tabs(line: str) -> str:
    return "\t".join(map(visible, line.split("\t")))
