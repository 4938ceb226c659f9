"""The smallest nouns: a value with its origin, and the honest absence of one."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Generic, Literal, TypeVar

from unshim.model.nouns import NamedTuple

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class StrEnum(str, Enum):
    """enum.StrEnum for Python 3.10: its members print as their values."""

    def __str__(self) -> str:
        return str(self.value)


class Origin(StrEnum):
    """What kind of place a value was read from."""

    FILE = "file"
    UNIT = "unit"
    FLAG = "flag"
    PROCESS = "process"
    DAEMON = "daemon"
    COMMAND = "command"
    DEFAULT = "default"
    PACKAGE = "package"
    ASSUMED = "assumed"


class Source(NamedTuple):
    """Where a value was read: `/etc/crictl.yaml:1`, `process kubelet`, `default of kubelet 1.23`.

    `where` is a path for FILE, UNIT and FLAG (a flag's file), a socket for DAEMON, else words.
    `line` counts from 1 and is None where a place has no lines.
    """

    origin: Origin
    where: str
    line: int | None = None

    def __str__(self) -> str:
        return self.where if self.line is None else f"{self.where}:{self.line}"


class _Fixed:
    """A value that cannot be changed once made. Not a dataclass: that module alone costs a tenth of
    what a report may take to start. Not a tuple: a Missing is not a list of facts."""

    __slots__: tuple[str, ...] = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def _parts(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash((type(self), self._parts()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._parts()!r}"


class Setting(_Fixed, Generic[T_co]):
    """One value and where it came from."""

    __slots__ = ("source", "value")
    __match_args__ = ("value", "source")
    value: T_co
    source: Source

    def __init__(self, value: T_co, source: Source) -> None:
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "source", source)


class Why(StrEnum):
    """Why something could not be known. Reports count these apart."""

    NOT_PERMITTED = "not-permitted"
    NOT_RECORDED = "not-recorded"
    NOT_RUNNING = "not-running"
    NOT_PRESENT = "not-present"
    NOT_OFFERED = "not-offered"
    UNREADABLE = "unreadable"
    TIMEOUT = "timeout"
    AT_REST = "at-rest"
    """Only a node that runs has it, and this is a plain tree."""
    NO_NODE = "no-node"
    """There is no node in what was to be looked at."""
    BROKEN = "broken"
    """unshim itself failed at it."""


class Missing(_Fixed):
    """A fact that could not be had, and why, in words a person understands. Never a value."""

    __slots__ = ("reason", "why")
    __match_args__ = ("reason", "why")
    reason: str
    why: Why

    def __init__(self, reason: str, why: Why = Why.UNREADABLE) -> None:
        object.__setattr__(self, "reason", reason)
        object.__setattr__(self, "why", why)

    def __bool__(self) -> Literal[False]:
        return False


class Unknown(Exception):
    """Raised by known() and cannot_tell(): the check becomes `unknown`, with this reason."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.reason)
        self.missing = missing


def known(fact: T | Missing) -> T:
    """The fact itself.

    Raises:
        Unknown: when the fact is Missing.
    """
    if isinstance(fact, Missing):
        raise Unknown(fact)
    return fact


def all_known(found: Iterable[T | Missing]) -> tuple[T, ...] | Missing:
    """All that is found, in its order; the first Missing where there is one."""
    known_ones: list[T] = []
    for one in found:
        if isinstance(one, Missing):
            return one
        known_ones.append(one)
    return tuple(known_ones)


def cannot_tell(reason: str) -> Unknown:
    """To raise where a check cannot tell: it becomes `unknown` with this reason."""
    return Unknown(Missing(reason))


def present(fact: T | None | Missing) -> T | None:
    """The fact, or None if it is absent or Missing."""
    return None if isinstance(fact, Missing) else fact


class Version(NamedTuple):
    """A release number as three numbers, and the text it was read from (not compared)."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def line(self) -> tuple[int, int]:
        """The release line, such as (1, 6)."""
        return (self.major, self.minor)


class FileText(NamedTuple):
    """A file as it was read: its path, its bytes, its permission bits and owner."""

    path: str
    data: bytes
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: float = 0.0

    def __repr__(self) -> str:
        """Without the bytes: they may hold secrets."""
        return f"FileText({self.path!r})"

    def text(self) -> str:
        """The file as text; what is not UTF-8 shows as backslash escapes."""
        return self.data.decode("utf-8", "backslashreplace")
