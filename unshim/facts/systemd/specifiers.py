"""`%` specifiers in unit files, as the system manager resolves them (systemd.unit(5))."""

from __future__ import annotations

from collections.abc import Callable

from unshim.host.host import Host
from unshim.model.values import FileText, Missing
from unshim.text.escape import decode
from unshim.text.lined import Lined, of_pairs

# Where the system manager itself has these.
_FIXED = {
    "%": "%",
    "t": "/run",
    "E": "/etc",
    "S": "/var/lib",
    "C": "/var/cache",
    "L": "/var/log",
    "T": "/tmp",
    "V": "/var/tmp",
    "h": "/root",
    "u": "root",
    "U": "0",
    "g": "root",
    "G": "0",
}
_ARCHITECTURES = {
    "x86_64": "x86-64",
    "aarch64": "arm64",
    "armv7l": "arm",
    "ppc64le": "ppc64-le",
    "s390x": "s390x",
    "riscv64": "riscv64",
    "i686": "x86",
}


class Specifiers:
    """The specifiers of one unit on one host. What only the host knows is read when it is asked."""

    def __init__(self, host: Host, unit: str) -> None:
        self._host = host
        self._unit = unit
        stem = unit.rpartition(".")[0] or unit
        prefix, at, instance = stem.partition("@")
        self._stem, self._prefix, self._instance = stem, prefix, instance if at else ""

    def resolve(self, value: Lined) -> Lined | Missing:
        """Text with every specifier replaced; Missing where one of them is not known."""
        if "%" not in value.text:
            return value
        pairs: list[tuple[str, int]] = []
        at = 0
        while at < len(value.text):
            character, line = value.text[at], value.lines[at]
            letter = value.text[at + 1 : at + 2]
            at += 1
            if character != "%" or not letter:
                pairs.append((character, line))
                continue
            at += 1
            replacement = self._one(letter)
            if isinstance(replacement, Missing):
                return replacement
            pairs += [(part, line) for part in replacement]
        return of_pairs(pairs)

    def _one(self, letter: str) -> str | Missing:
        """What `%letter` stands for. A sign that is not a letter stays as it is; with a letter that
        it does not know systemd refuses the line."""
        if letter in _FIXED:
            return _FIXED[letter]
        meanings: dict[str, Callable[[], str | Missing]] = {
            "n": lambda: self._unit,
            "N": lambda: self._stem,
            "p": lambda: self._prefix,
            "P": lambda: _unescape(self._prefix),
            "i": lambda: self._instance,
            "I": lambda: _unescape(self._instance),
            "j": lambda: self._prefix.rpartition("-")[2],
            "J": lambda: _unescape(self._prefix.rpartition("-")[2]),
            "f": lambda: "/" + _unescape(self._instance or self._prefix).lstrip("/"),
            "H": lambda: self._of_uname(0, "H"),
            "v": lambda: self._of_uname(1, "v"),
            "l": self._short_name,
            "a": self._architecture,
            "m": self._machine_id,
        }
        if letter in meanings:
            return meanings[letter]()
        return _unknown_specifier(letter) if letter.isascii() and letter.isalnum() else "%" + letter

    def _of_uname(self, at: int, letter: str) -> str | Missing:
        return self._host.uname()[at] or _unknown_specifier(letter)

    def _short_name(self) -> str | Missing:
        name = self._of_uname(0, "l")
        return name if isinstance(name, Missing) else name.partition(".")[0]

    def _architecture(self) -> str | Missing:
        return _ARCHITECTURES.get(self._host.uname()[2]) or _unknown_specifier("a")

    def _machine_id(self) -> str | Missing:
        file = self._host.read("/etc/machine-id")
        return decode(file.data.strip()) if isinstance(file, FileText) else _unknown_specifier("m")


def _unknown_specifier(letter: str) -> Missing:
    return Missing(f"what %{letter} in the unit stands for is not known")


def _unescape(name: str) -> str:
    r"""A part of a unit's name as text: `-` is a slash, `\x2d` a character (systemd-escape(1))."""
    data, at = bytearray(), 0
    raw = name.encode()
    while at < len(raw):
        code = raw[at + 2 : at + 4] if raw[at : at + 2] == b"\\x" else b""
        try:
            data.append(int(code, 16))
            at += 4
        except ValueError:
            data += raw[at : at + 1].replace(b"-", b"/")
            at += 1
    return data.decode("utf-8", "backslashreplace")
