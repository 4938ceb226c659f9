"""Takes secrets out of text, line by line and by form, so that it also works on broken files.

Two signs give a secret away: the name of its key, and its own form; text.secrets lists both. A
replacement never changes the number of lines, and never touches what a check needs: paths,
addresses, switches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from unshim.text.patterns import lazy
from unshim.text.secret_lines import LineCleaner
from unshim.text.secret_names import keeps, secret_name
from unshim.text.secrets import REMOVED

_LOGIN = lazy(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)[^\s\"']+@")


def value(name: str, text: str) -> str:
    """`text`, the value of `name`, or `(removed)`; secrets inside a longer value go as well."""
    if secret_name(name):
        return text if keeps(name, text) else REMOVED
    if "@" in text and name.lower().endswith("proxy"):
        text = _LOGIN.sub(rf"\1{REMOVED}@", text)
    return "\n".join(redact_lines(text.split("\n")))


def argv(words: Sequence[str]) -> tuple[str, ...]:
    """A command line without its secrets: `--token=x`, `--token x`, addresses, headers."""
    clean: list[str] = []
    secret_next = False
    for word in words:
        if secret_next and not word.startswith("-"):
            clean.append(word if keeps("", word) else REMOVED)
            secret_next = False
            continue
        name, equals, text = word.partition("=")
        secret_next = not equals and name.startswith("-") and secret_name(name)
        if equals:
            word = f"{name}={value(name.lstrip('-'), text)}"
        clean.append(value("", word))
    return tuple(clean)


def text(whole: str) -> str:
    """`whole` with as many lines, and no secret that gives itself away."""
    return "\n".join(redact_lines(whole.split("\n")))


def data(whole: bytes) -> bytes:
    """The same for bytes of any encoding; untouched lines stay as they are, to the byte."""
    if b"\0" not in whole:
        return text(whole.decode("latin-1")).encode("latin-1")
    # UTF-16 hides every pattern from us: where its letters hold a secret, the whole goes.
    bare = whole.replace(b"\0", b"").decode("latin-1")
    if text(bare) == bare:
        return whole
    return b"\n".join([REMOVED.encode()] * (whole.count(b"\n") + 1))


def redact_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Each line (of a file or of a diff) without its secrets."""
    state = LineCleaner()
    return tuple(state.clean(line) for line in lines)
