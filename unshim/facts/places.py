"""Places that a subject looks at whatever else it learns: its reader goes through them, and the
recorder in sh looks at the same. What other answers lead to is followed in record/sh/looks.sh."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple


class Places(NamedTuple):
    """Paths, by what is asked of them.

    `stat`: what stands there. `read`: the bytes; `large`: also of files far over a configuration's
    size. `list`: the names in a folder. `boot`: folders as boot_files reads them, like `sysctl.d`.
    """

    stat: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    large: tuple[str, ...] = ()
    list: tuple[str, ...] = ()
    boot: tuple[str, ...] = ()


def joined(*places: Places) -> Places:
    """All of them as one."""
    return Places(
        stat=tuple(path for each in places for path in each.stat),
        read=tuple(path for each in places for path in each.read),
        large=tuple(path for each in places for path in each.large),
        list=tuple(path for each in places for path in each.list),
        boot=tuple(name for each in places for name in each.boot),
    )
