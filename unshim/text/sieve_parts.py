"""The parts of a line, one after the other: brackets, keys, and what is told of their values."""

from __future__ import annotations

from unshim.text import allowed, kept
from unshim.text.patterns import lazy
from unshim.text.secrets import REMOVED

_KEY = lazy(r"([^ \t\"'\[\]{},#=-][^ \t\"'\[\]{},#=]*)([ \t]*=|:(?=[ \t]|\Z))")
_QUOTED = lazy(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_AFTER_KEY = lazy(r"[ \t]*[:=]")
_WORD = lazy(r"[^ \t,\]}]+")
_BLOCK = lazy(r"(?:![^ \t]*[ \t]+)?[|>][0-9+-]*[ \t]*(?:#.*)?\Z")
_COMMENT = lazy(r"[ \t]+#")
_NUMBER = lazy(r"[+-]?[0-9][0-9A-Za-z_.:+-]*\Z")
_SPACE = lazy(r"[ \t]+")


class Closed:
    """A section in which nothing is told: where it began, and whether a bracket ends it."""

    def __init__(self, indent: int, depth: int, bracket: bool) -> None:
        self.indent, self.depth, self.bracket = indent, depth, bracket


class Parts:
    """What the lines before say of the parts of the next: the key whose value it is, brackets."""

    def __init__(self) -> None:
        self._key = ""
        self._open = False  # the key's value has not been on its own line
        self._goes_on = False  # the line before ended in a backslash
        self._depth = 0
        self._indent = self._line_indent = 0
        self._equals = False
        self._block: int | None = None
        self._triple = ""
        self._quote = ""
        self._closed: Closed | None = None
        self._in_closed = False  # below the header of such a section

    def _rest(self, text: str, first: bool) -> str:
        """What stands on a line; `first`, where a key may stand there."""
        told: list[str] = []
        while text:
            part, text = self._part(text, first and not told)
            told.append(part)
        return "".join(told)

    def _part(self, text: str, first: bool) -> tuple[str, str]:
        """The first part of a line's rest as it may be told, and what is left."""
        space = _SPACE.match(text)
        if space:
            if text[space.end() : space.end() + 1] == "#":
                return f"{space[0]}# {REMOVED}", ""
            return space[0], text[space.end() :]
        sign = text[0]
        if sign in "[{]}" or (sign == "," and self._depth):
            self._bracket(sign)
            return sign, text[1:]
        if first or self._depth:
            key = _KEY.match(text)
            if key:
                self._begin(key[1], text[key.end() :])
                self._equals = key[2].endswith("=")
                return key[0], text[key.end() :]
        if text[:3] in ('"""', "'''"):
            return self._triple_quoted(text)
        if sign in "\"'":
            return self._quoted(text, first)
        return self._bare(text)

    def _bracket(self, sign: str) -> None:
        if sign in "[{":
            self._depth += 1
            return
        if sign != ",":
            self._depth = max(0, self._depth - 1)
        closed = self._closed
        ends = sign != "," or (closed is not None and not closed.bracket)
        if ends and closed and self._depth <= closed.depth and (closed.bracket or self._depth):
            self._closed = None

    def _begin(self, name: str, rest: str) -> None:
        """A key, and what stands behind it."""
        self._key = name
        rest = rest.strip(" \t")
        self._open = not rest or rest[0] == "#"
        if self._closed is None and kept.is_closed(name):
            self._closed = Closed(self._indent, self._depth, rest[:1] in ("[", "{"))
        if _BLOCK.match(rest) and not self._depth:
            self._block = self._indent

    def _told(self, name: str) -> bool:
        return not (self._closed or self._in_closed) and (
            allowed.key_kept(name) or allowed.flag_kept(name)
        )

    def _quoted(self, text: str, first: bool) -> tuple[str, str]:
        match = _QUOTED.match(text)
        whole = match[0] if match else text
        rest = text[len(whole) :]
        after = _AFTER_KEY.match(rest)
        if match and (first or self._depth) and after:
            self._begin(whole[1:-1], rest[after.end() :])
            self._equals = after[0].endswith("=")
            return whole + after[0], rest[after.end() :]
        inner = whole[1:-1] if match else whole[1:]
        if not match and not self._equals:
            if not self._depth:
                self._quote = whole[0]  # it goes on below
            elif not self._closed:
                self._closed = Closed(self._indent, self._depth, False)
            return whole[0] + (REMOVED if inner.strip(" \t") else inner), ""
        return whole[0] + self._inner(inner) + (whole[0] if match else ""), rest

    def _inner(self, inner: str) -> str:
        """What is told of a text in quotes."""
        if self._told(self._key):
            return allowed.address(inner)
        if self._closed or self._in_closed:
            return inner if not inner.strip(" \t") else REMOVED
        return inner if allowed.harmless(inner) else allowed.words(inner)

    def _triple_quoted(self, text: str) -> tuple[str, str]:
        mark = text[:3]
        end = text.find(mark, 3)
        if end < 0:
            self._triple = mark
            return mark + (REMOVED if text[3:].strip(" \t") else ""), ""
        inner = text[3:end]
        return mark + (inner if self._told(self._key) else REMOVED) + mark, text[end + 3 :]

    def _bare(self, text: str) -> tuple[str, str]:
        """Words without quotes: one in brackets, else all that stand there."""
        if self._depth:
            word = _WORD.match(text)
            whole = word[0] if word else text[0]
            told = self._inner(whole)
            if told == REMOVED != whole:
                told = "0" if _NUMBER.match(whole) else f'"{REMOVED}"'
            return told, text[len(whole) :]
        comment = next((m for m in _COMMENT.finditer(text) if _is_outside(text[: m.start()])), None)
        whole = text[: comment.start()] if comment else text
        rest = text[len(whole) :]
        if _BLOCK.match(whole):
            self._block = self._line_indent if self._block is None else self._block
            return whole, rest
        if self._equals and _NUMBER.match(whole) and self._inner(whole) != whole:
            return "0", rest
        program = allowed.PROGRAM.match(whole) if kept.plain(self._key).startswith("exec") else None
        if program:
            return program[0] + self._inner(whole[program.end() :]), rest
        return self._inner(whole), rest


def _is_outside(text: str) -> bool:
    """Whether what follows is outside of quotes."""
    return not (text.count('"') % 2 or text.count("'") % 2)
