"""What may be told of values: by the names and words of text.kept, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unshim.text import kept, secrets
from unshim.text.patterns import lazy
from unshim.text.secret_names import keeps, secret_name
from unshim.text.secrets import REMOVED, either

HARMLESS = (
    *(value for value in secrets.PLAIN_VALUES if not value.startswith("[0-9]")),
    *kept.FORMS,
)
"""Patterns of values that are plainly no secret; so are paths, and kept.WORDS."""
_WORDS = frozenset(kept.WORDS)
_HARMLESS = lazy(
    f"(?:{either(HARMLESS)}"
    rf"|-?(?:unix:(?://)?)?/(?:(?:{either(secrets.FOLDERS)})(?:/[{kept.IN_PATHS}]*)?)?)"
)
_LOGIN = lazy(r"://[^/@ \t\[]*:[^@ \t]*@")
_QUERY = lazy(r"(://[^? \t]*)[?][^ \t,]*")
_CUT_LOGIN = lazy(r"://[^]/@ \t\[,]*:[0-9]*[^]0-9/ \t,]")  # no port, and no host behind it
PROGRAM = lazy(r"[@:+!|-]*/[A-Za-z0-9_./@+-]*(?=[ \t]|\Z)")
_PIECE = lazy(r"([ \t\"'\\]+)")
_FLAG = lazy(r"(-[A-Za-z]|--[a-z][a-z0-9._-]*|-[a-z][a-z0-9-]*)(=|\Z)")
_PAIR = lazy(r"([A-Za-z_][A-Za-z0-9_./-]*)=")


def key_kept(name: str) -> bool:
    """Whether the value of this key of a file, or directive of a unit, is told."""
    return kept.plain(name) in kept.KEYS and not secret_name(name)


def flag_kept(name: str) -> bool:
    """Whether the value of this flag or variable is told."""
    return kept.plain(name) in kept.FLAGS and not secret_name(name)


def harmless(value: str) -> bool:
    """Whether a value is plainly no secret, whatever its name."""
    if len(value) <= kept.SHORT or (value.isascii() and not any(map(str.isalnum, value))):
        return True
    small = value.lower()
    return small in _WORDS or bool(_HARMLESS.fullmatch(small))


def address(value: str) -> str:
    """A value that is told, without the login and the query of an address in it."""
    if "://" not in value:
        return value
    value = _LOGIN.sub(f"://{REMOVED}@", value)
    value = _QUERY.sub(rf"\1?{REMOVED}", value)
    return REMOVED if _CUT_LOGIN.search(value) else value


def of_key(name: str, value: str) -> str:
    """What is told of the value of a key of a file, or a directive of a unit."""
    if secret_name(name):
        return value if keeps(name, value) else REMOVED
    if key_kept(name) or flag_kept(name):
        return address(value)
    if harmless(value):
        return value
    program = PROGRAM.match(value) if kept.plain(name).startswith("exec") else None
    return value[: program.end()] + words(value[program.end() :]) if program else words(value)


def argument(name: str) -> str:
    """The name that a program goes by, first on its command line."""
    return name if PROGRAM.fullmatch(name) or harmless(name) else words(name)


def words(text: str) -> str:
    """A command line, or assignments, as text: flags and names, and of their values what may be."""
    return "".join(Words().told(text))


class Words:
    """One word after the other: whether it belongs to the flag before."""

    def __init__(self) -> None:
        self._flag = ""

    def told(self, text: str) -> Iterator[str]:
        pieces = _PIECE.split(text)
        for word, between in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
            yield self.word(word) if word else ""
            if word.endswith("=") and between[:1] in ("'", '"', "\\"):
                self._flag = word[:-1].rpartition("=")[2]  # --flag="value", NAME='value'
            yield between

    def word(self, word: str) -> str:
        """One word, with the flag before it in mind."""
        flag, self._flag = self._flag, ""
        if not flag or word.startswith("-"):
            named = _FLAG.match(word)
            if named:
                return self._of_flag(word, named)
        if flag and secret_name(flag):
            return word if keeps(flag, word) else REMOVED
        if flag and flag_kept(flag):
            return address(word)
        pair = _PAIR.match(word)
        if pair:
            return pair[0] + self._value(pair[1], word[pair.end() :])
        return word if harmless(word) else REMOVED

    def _of_flag(self, word: str, named: re.Match[str]) -> str:
        name, rest = named[1], word[named.end() :]
        if len(name) > 2 and not name.startswith("--") and not flag_kept(name):
            return word if harmless(word) else REMOVED  # -pSECRET
        if named[2]:
            return named[0] + self._value(name, rest)
        self._flag = name
        return word

    def _value(self, name: str, value: str) -> str:
        if secret_name(name):
            return value if keeps(name, value) else REMOVED
        if flag_kept(name):
            return address(value)
        if harmless(value):
            return value
        # --log-opt=max-size=10m, Environment=KUBELET_ARGS=--v=2
        return self.word(value) if _FLAG.match(value) or _PAIR.match(value) else REMOVED
