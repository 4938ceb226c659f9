"""Text of any file with its keys and names, and of its values only what may be told.

YAML, JSON, TOML, units and files of variables are gone through line by line, in one way: so it
also works on broken files, and on those of which nobody knows the kind. It never adds or takes a
line, and leaves what it replaces of the same shape: a text, a number, a list.
"""

from __future__ import annotations

from unshim.text import kept, redact
from unshim.text.patterns import lazy
from unshim.text.secret_lines import LineCleaner
from unshim.text.secrets import LINE_LIMIT, REMOVED
from unshim.text.sieve_parts import Parts

_BOM = "\xef\xbb\xbf"  # of bytes in Latin-1, as files come here
_HEADER = lazy(r"\[\[?[ \t]*[\"']?[A-Za-z0-9_-][^,{}]*\]\]?[ \t]*(#.*)?\Z")
_CUT_HEADER = lazy(r"\[\[?[ \t]*[A-Za-z0-9_-][A-Za-z0-9_.-]*[ \t]*\Z")
_MARK = lazy(r"(?:---|\.\.\.)[ \t]*\Z")
_DASH = lazy(r"(?:-[ \t]+)+")
_TO_QUOTE = lazy(r'(?:[^"\\]|\\.)*"')
_TO_APOSTROPHE = lazy(r"[^']*'")
_NAMES = lazy(r"[A-Za-z0-9_-]+")


class Sieve(Parts):
    """One line after the other, with what the lines before say of the next."""

    def __init__(self) -> None:
        super().__init__()
        self._began = False

    def line(self, line: str) -> str:
        """The line as it may be told."""
        ending = "\r" if line.endswith("\r") else ""
        mark = _BOM if not self._began and line.startswith(_BOM) else ""
        self._began = True
        body = line[len(mark) : len(line) - len(ending)]
        return mark + (REMOVED if len(body) > LINE_LIMIT else self._line(body)) + ending

    def _line(self, line: str) -> str:
        if self._triple:
            return self._in_triple(line)
        bare = line.lstrip(" \t")
        lead = line[: len(line) - len(bare)]
        if self._quote:
            if not bare:
                return line
            if len(lead) > self._line_indent:
                return lead + self._in_quote(bare)
            self._quote = ""
        if self._block is not None:
            if not bare or len(lead) > self._block:
                return lead + (REMOVED if bare else "")
            self._block = None
        if not bare:
            return line
        if bare[0] in "#;" and not self._goes_on:
            return lead + bare[0] + (f" {REMOVED}" if bare[1:].strip(" \t") else "")
        goes_on, self._goes_on = self._goes_on, bare.endswith("\\")
        if not goes_on and not self._open_value(lead):
            if _HEADER.match(bare):
                return lead + self._header(bare)
            if _CUT_HEADER.match(bare):
                return line
        if _MARK.match(bare):
            return line
        return lead + self._body(bare, lead, goes_on)

    def _open_value(self, lead: str) -> bool:
        """Whether the line is a value of a key above."""
        return self._open or (self._depth > 0 and lead != "")

    def _in_triple(self, line: str) -> str:
        end = line.find(self._triple)
        if end < 0:
            return REMOVED if line.strip(" \t") else line
        mark, self._triple = self._triple, ""
        return (
            (REMOVED if line[:end].strip(" \t") else "") + mark + self._rest(line[end + 3 :], False)
        )

    def _in_quote(self, bare: str) -> str:
        """A text in quotes goes on."""
        end = (_TO_QUOTE if self._quote == '"' else _TO_APOSTROPHE).match(bare)
        if not end:
            return REMOVED
        mark, self._quote = self._quote, ""
        before = REMOVED if end[0][:-1].strip(" \t") else ""
        return before + mark + self._rest(bare[end.end() :], False)

    def _header(self, bare: str) -> str:
        head = bare[: bare.rindex("]") + 1] if "#" not in bare else bare[: bare.index("#")]
        self._key, self._depth, self._closed = "", 0, None
        self._in_closed = any(kept.is_closed(n) for n in _NAMES.findall(head))
        return head + (f"# {REMOVED}" if "#" in bare else "")

    def _body(self, bare: str, lead: str, goes_on: bool) -> str:
        self._indent = self._line_indent = len(lead)
        dashes = _DASH.match(bare)
        listed = dashes is not None or bare == "-"
        if self._closed and self._depth <= self._closed.depth and not goes_on:
            below = len(lead) > self._closed.indent or (listed and len(lead) == self._closed.indent)
            if not below and not (self._open and bare[0] in "[{"):
                self._closed = None
        if not (goes_on or self._open or self._depth):
            self._key = ""
        head = dashes[0] if dashes else ""
        self._indent += len(head)
        return head + self._rest(bare[len(head) :], not goes_on)


def text(whole: str) -> str:
    """`whole` with as many lines, and no value that may not be told."""
    sieve, cleaner = Sieve(), LineCleaner()
    return "\n".join([cleaner.clean(sieve.line(line)) for line in whole.split("\n")])


def data(whole: bytes) -> bytes:
    """The same for bytes of any encoding."""
    return redact.cleaned(whole, text)
