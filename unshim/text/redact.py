"""Takes secrets out of text: by name and by form, and what may not be told of values.

Two signs give a secret away: the name of its key, and its own form; text.secrets lists both. Where
the name of a value is known, only those that text.kept lists are told; of a whole file text.sieve
tells no more. A replacement never changes the number of lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from unshim.text import allowed
from unshim.text.secret_lines import LineCleaner
from unshim.text.secrets import REMOVED


def value(name: str, text: str) -> str:
    """`text`, the value of a key, flag or variable of that name, as it may be told; of "" all but
    what gives itself away."""
    if not name:
        return _lines(text)
    told = allowed.of_key(name, text)
    return told if told == REMOVED else _lines(told)


def argv(words: Sequence[str]) -> tuple[str, ...]:
    """A command line as it may be told: its program, flags and their names, known values."""
    cleaner = allowed.Words()
    first = [allowed.argument(word) for word in words[:1]]
    return tuple(_lines(word) for word in (*first, *map(cleaner.word, words[1:])))


def _lines(text: str) -> str:
    return "\n".join(redact_lines(text.split("\n")))


def text(whole: str) -> str:
    """`whole` with as many lines, and no secret that gives itself away."""
    return "\n".join(redact_lines(whole.split("\n")))


def words(lines: str) -> str:
    """Command lines, or assignments, as text and as they may be told."""
    return text("\n".join(map(allowed.words, lines.split("\n"))))


def data(whole: bytes) -> bytes:
    """The same for bytes of any encoding; untouched lines stay as they are, to the byte."""
    return cleaned(whole, text)


def cleaned(whole: bytes, clean: Callable[[str], str]) -> bytes:
    """What `clean` leaves of bytes of any encoding."""
    if b"\0" not in whole:
        return clean(whole.decode("latin-1")).encode("latin-1")
    # UTF-16 hides every pattern from us: where its letters hold a secret, the whole goes.
    bare = whole.replace(b"\0", b"").decode("latin-1")
    if clean(bare) == bare:
        return whole
    return b"\n".join([REMOVED.encode()] * (whole.count(b"\n") + 1))


def redact_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Each line (of a file or of a diff) without its secrets."""
    state = LineCleaner()
    return tuple(state.clean(line) for line in lines)
