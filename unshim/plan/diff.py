"""A file's change as people read it: a unified diff, without what may not be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unshim.model.plan import FileDiff
from unshim.model.steps import WriteFile
from unshim.text import redact, sieve
from unshim.text.escape import visible

_CONTEXT = 3


def diff_of(step: WriteFile) -> FileDiff:
    """A unified diff of one file; no other text of the file leaves.

    Both texts are gone through whole, each by itself: what a line is depends on those above it,
    of which a diff has only a few. Lines that differ are told though they read alike then.
    """
    before, after = _text(step.before), _text(step.after)
    names = (step.path if data is not None else "/dev/null" for data in (step.before, step.after))
    lines = _diff(_Side(before, before), _Side(after, before), *names)
    return FileDiff(visible(step.path), tuple(map(_visible_but_tabs, lines)))


def _text(data: bytes | None) -> str:
    text = (data or b"").decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    return text.removesuffix("\n")


class _Side:
    """The lines of a text as they are, and as they are told. Comments that did not stand in the
    text before are a fix's own, and told."""

    def __init__(self, text: str, before: str) -> None:
        self.lines = text.split("\n") if text else []
        known = set(before.split("\n"))
        told = sieve.text(text).split("\n")
        self.told = [
            redact.text(line) if line[:1] in ("#", ";") and line not in known else clean
            for line, clean in zip(self.lines, told, strict=False)
        ]


def _diff(before: _Side, after: _Side, from_name: str, to_name: str) -> Iterator[str]:
    import difflib

    matcher = difflib.SequenceMatcher(None, before.lines, after.lines)
    for number, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if not number:
            yield f"--- {from_name}"
            yield f"+++ {to_name}"
        (_, from_start, _, to_start, _), (_, _, from_end, _, to_end) = group[0], group[-1]
        yield f"@@ -{_range(from_start, from_end)} +{_range(to_start, to_end)} @@"
        for tag, from_line, from_stop, to_line, to_stop in group:
            if tag == "equal":
                yield from _marked(" ", before.told[from_line:from_stop])
            else:
                yield from _marked("-", before.told[from_line:from_stop])
                yield from _marked("+", after.told[to_line:to_stop])


def _marked(mark: str, lines: Sequence[str]) -> Iterator[str]:
    return (mark + line for line in lines)


def _range(start: int, stop: int) -> str:
    """Lines as unified diffs number them."""
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _visible_but_tabs(line: str) -> str:
    return "\t".join(map(visible, line.split("\t")))
