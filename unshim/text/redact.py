"""Takes secrets out of text, line by line and by form, so that it also works on broken files.

Two signs give a secret away: the name of its key, and its own form; text.secrets lists both. A
replacement never changes the number of lines, and never touches what a check needs: paths,
addresses, switches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from unshim.text import secrets
from unshim.text.patterns import lazy
from unshim.text.secrets import REMOVED, either

_WORDS = either(secrets.WORDS)
_ALONE = either(secrets.NAMES)
_HARMLESS_NAME = lazy(f"(?i)({either(secrets.HARMLESS_ENDINGS)})$")
_SECRET_NAME = lazy(f"(?i){_WORDS}")
_ENTRY = lazy(
    rf"(?i)(?P<key>\b(?:[\w.-]{{0,80}}(?:{_WORDS})[\w.-]{{0,80}}"
    rf"|(?<![\w.-])(?:{_ALONE})(?![\w.-])))"
    r"(?P<between>\\?[\"']?[ \t]*[:=][ \t]*)(?P<value>.*)"
)
_FLAG = lazy(
    rf"(?i)(?P<flag>--?[\w.-]{{0,80}}(?:{_WORDS})[\w.-]{{0,80}})[ \t]+(?P<value>[^\s-]\S*)"
)
_QUOTED_FLAG = lazy(
    rf"(?i)(?P<flag>--?[\w.-]{{0,80}}(?:{_WORDS})[\w.-]{{0,80}})"
    r"(?P<between>[\"'][ \t]*,[ \t]*[\"'])(?P<value>[^\"'-][^\"']*)"
)
_NAMES = lazy(rf"(?i){_WORDS}|\b(?:{_ALONE})")
_LIKELY = lazy(rf"(?i){_WORDS}|\b(?:{_ALONE})|{either(secrets.SIGNS)}")
_LOGIN = lazy(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)[^\s\"']+@")
# What a line must hold, in small letters, to be looked at; a form; what takes its place.
_FORMS = (
    # The login of a proxy, also where a slash in its password breaks the address.
    (
        "@",
        lazy(
            r"(?i)([-_]proxy=\\?[\"']?(?:[a-z][a-z0-9+.-]{0,20}://)?|"
            r"-proxy\"[ \t]*:[ \t]*\"(?:[a-z][a-z0-9+.-]{0,20}://)?)[^\s\"']{1,2000}@"
        ),
        rf"\1{REMOVED}@",
    ),
    # The part of an address before its @, whatever stands in it.
    ("@", lazy(r"(?i)(?<![a-z])([a-z][a-z0-9+.-]{0,20}://)[^\s'\"/]{1,2000}@"), rf"\1{REMOVED}@"),
    # The same without a scheme: user:pass@registry, but not name:tag@sha256:…
    (
        "@",
        lazy(r"(?<![^\s'\"=,\[(])[^\s'\"/@:=(]{1,200}:[^\s'\"/@]{1,500}@(?!sha\d+:)(?=[\w\[])"),
        f"{REMOVED}@",
    ),
    ("bearer", lazy(r"(?i)\b(bearer[ \t]+)[\w.~+/=-]+"), rf"\1{REMOVED}"),
    ("basic", lazy(r"(?i)\b(basic[ \t]+)(?=\S*[\d=])[\w.~+/=-]{8,}"), rf"\1{REMOVED}"),
    ("eyj", lazy(r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"), REMOVED),  # JSON web token
    *(
        ("", lazy(rf"\b{token.pattern}" + (r"\b" if token.closed else "")), REMOVED)
        for token in secrets.TOKENS
    ),
)
_KEY_BLOCK = lazy(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----")
_KEY_END = lazy(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----")
_NAMED = lazy(r"""(?i)["']?\bname["']?[ \t]*[:=][ \t]*["']?(?P<name>[\w.-]{1,128})""")
_VALUE = lazy(r"""(?i)^(?P<head>[\s+-]*["']?value["']?[ \t]*[:=][ \t]*)(?P<value>.*)$""")
_INLINE_VALUE = lazy(r"""(?i)(["']?\bvalue["']?[ \t]*[:=][ \t]*)(["'][^"']*["']?|[^\s,}]+)""")
_PLAIN = lazy(
    rf"(?i)(?:{either(secrets.PLAIN_VALUES)}|/(?:{either(secrets.FOLDERS)})(?:/[^\s'\"]*)?)"
)
_NUMBER_MAY_BE_SECRET = lazy(f"(?i){either(secrets.NUMBERS_ARE_SECRET)}|^({_ALONE})$")
_QUOTED = lazy(r'\\?"(?:[^"\\]|\\[^"])*\\?"?|\'[^\']*\'?')


def secret_name(name: str) -> bool:
    """Whether a key, flag or variable of this name holds a secret."""
    bare = name.strip("-\"' ").replace("_", "-")
    if bare.lower() in secrets.NAMES:
        return True
    return bool(_SECRET_NAME.search(bare)) and not _HARMLESS_NAME.search(bare)


def _keeps(name: str, value: str) -> bool:
    """Whether a value under a secret's name is plainly no secret: a switch, a path, a variable."""
    if not value:
        return True
    if value.isdigit() and _NUMBER_MAY_BE_SECRET.search(name.rpartition(".")[2]):
        return False
    return bool(_PLAIN.fullmatch(value))


def value(name: str, text: str) -> str:
    """`text`, the value of `name`, or `(removed)`; secrets inside a longer value go as well."""
    if secret_name(name):
        return text if _keeps(name, text) else REMOVED
    if "@" in text and name.lower().endswith("proxy"):
        text = _LOGIN.sub(rf"\1{REMOVED}@", text)
    return "\n".join(redact_lines(text.split("\n")))


def argv(words: Sequence[str]) -> tuple[str, ...]:
    """A command line without its secrets: `--token=x`, `--token x`, addresses, headers."""
    clean: list[str] = []
    secret_next = False
    for word in words:
        if secret_next and not word.startswith("-"):
            clean.append(word if _keeps("", word) else REMOVED)
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
    state = _State()
    return tuple(state.clean(line) for line in lines)


class _State:
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
        for sign, pattern, replacement in _FORMS:
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
        found = _VALUE.match(line)
        if not found:
            if line.strip(" \t,{+-"):
                self._value_is_secret = False
            return line
        self._value_is_secret = False
        if found["value"].strip() in ("|", "|-", ">", ">-", "|+", ">+"):
            self._block_below = _indent(line)
            return line
        tail = "," if found["value"].rstrip().endswith(",") else ""
        return f'{found["head"]}"{REMOVED}"{tail}'

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
        while found := _ENTRY.search(line, start):
            head = line[: found.start("value")]
            if not secret_name(found["key"]):
                start = found.start("value")
                continue
            cleaned, rest = self._cleaned(found["key"], found["between"], found["value"], line)
            line = head + cleaned + rest
            start = len(head) + len(cleaned)
        return line

    def _cleaned(self, key: str, between: str, whole: str, line: str) -> tuple[str, str]:
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
            return _unquoted(key, quoted.group()), whole[quoted.end() :]
        return _bare(key, between, whole)


def _flag(found: re.Match[str]) -> str:
    if not secret_name(found["flag"]) or _keeps("", found["value"].strip("\"'")):
        return found.group()
    closing = found["value"][-1] if found["value"][-1] in "\"'" else ""
    return f"{found['flag']} {REMOVED}{closing}"


def _quoted_flag(found: re.Match[str]) -> str:
    """`"--token", "x"`: the words of a command line in a list."""
    if not secret_name(found["flag"]) or _keeps("", found["value"]):
        return found.group()
    return f"{found['flag']}{found['between']}{REMOVED}"


def _unquoted(key: str, quoted: str) -> str:
    mark = quoted[:2] if quoted.startswith("\\") else quoted[0]
    inner = quoted[len(mark) :].removesuffix(mark)
    return quoted if _keeps(key, inner) else f"{mark}{REMOVED}{mark}"


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
    found = re.search(stop, whole)
    end = found.start() if found else len(whole)
    taken = whole[:end]
    if whole.startswith(REMOVED):
        return REMOVED, whole[len(REMOVED) :]
    if _keeps(key, taken.strip()) or _keeps(key, taken.partition(" #")[0].strip()):
        return taken, whole[end:]
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
