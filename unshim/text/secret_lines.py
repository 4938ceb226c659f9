"""One line of a text after the other without its secrets: by name, and by form."""

from __future__ import annotations

import re

from unshim.text import secrets
from unshim.text.patterns import lazy
from unshim.text.secret_forms import FORMS
from unshim.text.secret_names import keeps, secret_name
from unshim.text.secrets import REMOVED, either

_WORDS = either(secrets.WORDS)
_ALONE = either(secrets.NAMES)
_ENTRY = lazy(
    rf"(?i)(?P<key>\b(?:[\w.-]{{0,80}}(?:{_WORDS})[\w.-]{{0,80}}"
    rf"|(?<![\w.-])(?:{_ALONE})(?![\w.-])))"
    r"(?P<between>\\?[\"']?[ \t]*[:=][ \t]*)(?P<value>.*)"
)
_FLAG = lazy(
    rf"(?i)(?P<flag>(?<![\w.-])--?[\w.-]{{0,80}}(?:{_WORDS})[\w.-]{{0,80}})[ \t]+"
    r"(?P<value>[^\s-]\S*)"
)
_QUOTED_FLAG = lazy(
    rf"(?i)(?P<flag>--?[\w.-]{{0,80}}(?:{_WORDS})[\w.-]{{0,80}})"
    r"(?P<between>[\"'][ \t]*,[ \t]*[\"'])(?P<value>[^\"'-][^\"']*)"
)
_NAMES = lazy(rf"(?i){_WORDS}|\b(?:{_ALONE})")
_LIKELY = lazy(rf"(?i){_WORDS}|\b(?:{_ALONE})|{either(secrets.SIGNS)}")
_KEY_BLOCK = lazy(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----")
_KEY_END = lazy(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----")
_NAMED = lazy(r"""(?i)["']?\bname["']?[ \t]*[:=][ \t]*["']?(?P<name>[\w.-]{1,128})""")
_VALUE = lazy(r"""(?i)^(?P<head>[\s+-]*["']?value["']?[ \t]*[:=][ \t]*)(?P<value>.*)$""")
_INLINE_VALUE = lazy(r"""(?i)(["']?\bvalue["']?[ \t]*[:=][ \t]*)(["'][^"']*["']?|[^\s,}]+)""")
_QUOTED = lazy(r'\\?"(?:[^"\\]|\\[^"])*\\?"?|\'[^\']*\'?')


class LineCleaner:
    """What the lines before say of the next: inside a key, below a secret's name."""

    def __init__(self) -> None:
        self._in_key = False
        self._block_below: int | None = None
        self._value_is_secret = False
        self._next_is_secret: int | None = None

    def clean(self, line: str) -> str:
        if self._in_key:
            self._in_key = not _KEY_END.search(line)
            return REMOVED
        if self._block_below is not None:
            if not line.strip() or _indent(line) > self._block_below:
                return _replace_all(line)
            self._block_below = None
        if self._next_is_secret is not None:
            line = self._below_name(line)
        if self._value_is_secret:
            line = self._value_of_name(line)
        if "-----BEGIN" in line:
            line = self._key(line)
        named = _NAMED.search(line)
        if named:
            self._name(named["name"])
            if self._value_is_secret:
                line = _INLINE_VALUE.sub(rf'\1"{REMOVED}"', line)
        if not _LIKELY.search(line):
            return line
        if len(line) > secrets.LINE_LIMIT:
            return REMOVED
        small = line.casefold()
        for sign, pattern, replacement in FORMS:
            if sign in small:
                line = pattern.sub(replacement, line)
        return self._entries(line) if _NAMES.search(line) else line

    def _key(self, line: str) -> str:
        begin = _KEY_BLOCK.search(line)
        if not begin:
            return line
        end = _KEY_END.search(line, begin.end())
        self._in_key = end is None
        return line[: begin.start()] + REMOVED + (line[end.end() :] if end else "")

    def _name(self, name: str) -> None:
        self._value_is_secret = secret_name(name)

    def _value_of_name(self, line: str) -> str:
        """`value:` below `name: SOME_PASSWORD`, as in the environment of a pod."""
        match = _VALUE.match(line)
        if not match:
            if line.strip(" \t,{+-"):
                self._value_is_secret = False
            return line
        self._value_is_secret = False
        if match["value"].strip() in ("|", "|-", ">", ">-", "|+", ">+"):
            self._block_below = _indent(line)
            return line
        tail = "," if match["value"].rstrip().endswith(",") else ""
        return f'{match["head"]}"{REMOVED}"{tail}'

    def _below_name(self, line: str) -> str:
        """A value that stands on the line after its name."""
        above, self._next_is_secret = self._next_is_secret, None
        bare = line.strip()
        if above is None or _indent(line) <= above or not bare:
            return line
        if re.match(r"""(?:-[ \t]|\[|\{|["']?[\w.-]+["']?[ \t]*[:=](?:[ \t]|$))""", bare):
            return line
        return _replace_all(line)

    def _entries(self, line: str) -> str:
        if "-" in line:
            line = _QUOTED_FLAG.sub(_quoted_flag, _FLAG.sub(_flag, line))
        start = 0
        while match := _ENTRY.search(line, start):
            head = line[: match.start("value")]
            if not secret_name(match["key"]):
                start = match.start("value")
                continue
            cleaned, rest = self._clean(match["key"], match["between"], match["value"], line)
            line = head + cleaned + rest
            start = len(head) + len(cleaned)
        return line

    def _clean(self, key: str, between: str, whole: str, line: str) -> tuple[str, str]:
        """The replaced value, and the rest of the line after it."""
        bare = whole.strip().rstrip(",")
        if not bare:
            self._next_is_secret = _indent(line)
            return "", whole
        if bare in ("|", "|-", ">", ">-", "|+", ">+", '"""', "'''"):
            self._block_below = _indent(line)
            return whole, ""
        if bare.startswith("["):
            return _list(key, whole)
        if bare.startswith("{"):
            return "", whole
        quoted = _QUOTED.match(whole)
        if quoted:
            return _redact_quoted(key, quoted.group()), whole[quoted.end() :]
        return _bare(key, between, whole)


def _flag(match: re.Match[str]) -> str:
    if not secret_name(match["flag"]) or keeps("", match["value"].strip("\"'")):
        return match.group()
    closing = match["value"][-1] if match["value"][-1] in "\"'" else ""
    return f"{match['flag']} {REMOVED}{closing}"


def _quoted_flag(match: re.Match[str]) -> str:
    """`"--token", "x"`: the words of a command line in a list."""
    if not secret_name(match["flag"]) or keeps("", match["value"]):
        return match.group()
    return f"{match['flag']}{match['between']}{REMOVED}"


def _redact_quoted(key: str, quoted: str) -> str:
    mark = quoted[:2] if quoted.startswith("\\") else quoted[0]
    inner = quoted[len(mark) :].removesuffix(mark)
    return quoted if keeps(key, inner) else f"{mark}{REMOVED}{mark}"


def _list(key: str, whole: str) -> tuple[str, str]:
    inner = whole.strip()
    if inner == "[":
        return whole, ""
    end = whole.rfind("]")
    rest = whole[end + 1 :] if end >= 0 else ""
    return f'["{REMOVED}"]', rest


def _bare(key: str, between: str, whole: str) -> tuple[str, str]:
    """A value without quotes: after `: ` to the line's end (YAML), else to the next blank."""
    stop = r"[\r]?$" if ":" in between and between[-1] in " \t" else r"[\s,;\"'})]|\\\"|$"
    match = re.search(stop, whole)
    end = match.start() if match else len(whole)
    value = whole[:end]
    if whole.startswith(REMOVED):
        return REMOVED, whole[len(REMOVED) :]
    if keeps(key, value.strip()) or keeps(key, value.partition(" #")[0].strip()):
        return value, whole[end:]
    return REMOVED, whole[end:]


def _indent(line: str) -> int:
    bare = line[1:] if line[:1] in ("+", "-") and line[1:2] == " " else line
    return len(bare) - len(bare.lstrip(" \t"))


def _replace_all(line: str) -> str:
    body = line.strip()
    if not body:
        return line
    ending = "\r" if line.endswith("\r") else ""
    return line[: len(line) - len(line.lstrip())] + REMOVED + ending
